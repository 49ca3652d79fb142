"""The README names every setting and every page."""

from pathlib import Path

from dashboard.navigation import registry
from settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_documented() -> None:
    names = {"PORT" if name == "port" else f"KOMSHIP_{name.upper()}" for name in Settings.model_fields}
    assert {name for name in names if f"`{name}`" not in README} == set()


def test_every_page_is_documented() -> None:
    pages = {str(entry.path.relative_to(ROOT)) for entry in registry()}
    assert {page for page in pages if page not in README} == set()
