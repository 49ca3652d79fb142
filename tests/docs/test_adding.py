"""docs/adding.md is followed in a copy of the product, and what it adds works there (tests/docs/followed.py)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.following import DOCUMENT, ROOT, Block, CannotFollow, blocks, copied, follow, of_kind

BLOCKS = blocks((ROOT / DOCUMENT).read_text())
BIN = Path(sys.executable).parent
OF_THE_COPY = (
    "tests/docs/followed.py",
    "tests/docs/test_docs.py",
    "tests/dashboard/test_catalogues.py",
    "tests/dashboard/test_navigation.py",
    "tests/api/test_refusal_texts.py",
    "tests/contract/test_operations.py::test_a_route_that_is_no_operation_is_documented",
)
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")


def run(folder: Path, *command: str | Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KOMSHIP_", "PYTEST_", "COV_"))}
    settings = dict(line.split("=", 1) for body in of_kind(BLOCKS, "In the environment") for line in body.splitlines())
    ended = subprocess.run(
        command,
        cwd=folder,
        env=kept | settings | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout[-8000:]}\n{ended.stderr[-4000:]}"


def test_every_section_has_an_example() -> None:
    _introduction, *sections = (ROOT / DOCUMENT).read_text().split("\n## ")
    assert [section.splitlines()[0] for section in sections if not blocks(section)] == []


def test_what_it_adds_works_and_is_clean(tmp_path: Path) -> None:
    folder = copied(tmp_path / "product")
    follow(folder, BLOCKS)
    run(folder, BIN / "ruff", "check", "--no-cache", "--quiet", "--select", "I", "--fix", ".")
    run(folder, BIN / "ruff", "check", "--no-cache", ".")
    run(folder, BIN / "ruff", "format", "--no-cache", "--check", ".")
    run(folder, BIN / "lint-imports", "--no-cache")
    run(folder, *PYTEST, "--basetemp", str(tmp_path / "within"), *OF_THE_COPY)


@pytest.mark.parametrize(
    "block",
    [
        Block("New file", "there.py", "x = 1\n"),
        Block("At the end of", "missing.py", "x = 1\n"),
        Block("In", "missing.py", " once\n+x\n"),
        Block("In", "there.py", " never\n+x\n"),
        Block("In", "there.py", " twice\n+x\n"),
        Block("In", "there.py", "+x\n"),
        Block("In", "there.py", "once\n+x\n"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, block: Block) -> None:
    (tmp_path / "api/migrations/versions").mkdir(parents=True)
    (tmp_path / "api/migrations/versions/0001_first.py").touch()
    (tmp_path / "there.py").write_text("once\ntwice\n    once\ntwice\n")
    with pytest.raises(CannotFollow):
        follow(tmp_path, [block])


@pytest.mark.parametrize(
    "text",
    [
        "Somewhere:\n\n```python\nx = 1\n```\n",
        "In `a.py`:\n\n```python\nx = 1\n```\n",
        "New file `a.py`:\n\n```diff\n+x\n```\n",
        "New file `a.py`:\n```python\nx = 1\n```\n",
    ],
)
def test_a_block_without_a_place_is_refused(text: str) -> None:
    with pytest.raises(CannotFollow):
        blocks(text)
