import json

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.login import choose_theme
from dashboard.navigation import registry


def test_a_chosen_theme_holds_on_every_page() -> None:
    client = TestClient(Starlette(routes=[Route("/theme/{name}", choose_theme)]))
    page = client.get("/theme/dark?next=/batch").text
    for entry in registry():
        assert json.dumps(f"stActiveTheme-/{entry.key}-v2") in page
