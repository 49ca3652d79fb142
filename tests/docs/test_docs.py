"""What the documents say is there, is there."""

import re
from pathlib import Path

import pytest
import typer

from api.__main__ import app as api_app
from api.domains.withdrawals.states import TRANSITIONS
from etl.__main__ import app as etl_app
from settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PATHS = re.compile(r"(?<![\w/.-])((?:docs|pages|queries|etl|api|dashboard|tests)/[\w./-]*\w)")


PRESENT = [path for path in DOCUMENTS if path.parent.name != "decisions"]  # a decision also names what was not built


def _commands(app: typer.Typer) -> set[str]:
    named = {command.name or command.callback.__name__.replace("_", "-") for command in app.registered_commands}
    return {name for name in named if name} | {group.name for group in app.registered_groups if group.name}


@pytest.mark.parametrize("document", PRESENT, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_that_is_named_exists(document: Path) -> None:
    text = document.read_text()
    to_write = set(re.findall(r"^New file `([^`]+)`:$", text, re.MULTILINE))
    named = set(PATHS.findall(text)) - to_write
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / f"{name}.py").exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = document.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"python -m etl ([a-z-]+)", text)) <= _commands(etl_app)
    assert set(re.findall(r"python -m api ([a-z-]+)", text)) <= _commands(api_app)
    for name in re.findall(r"python -m ([a-z.]+[a-z])", text):
        module = name.replace(".", "/")
        assert (ROOT / module / "__main__.py").exists() or (ROOT / f"{module}.py").exists() or module == "pytest"


def test_the_readme_lists_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", (ROOT / "README.md").read_text(), re.MULTILINE)
    reply = {name: default.strip() for name, default in rows}
    names = {"PORT" if name == "port" else f"KOMSHIP_{name.upper()}": name for name in Settings.model_fields}
    assert set(reply) == set(names)
    for variable, field in names.items():
        default = Settings.model_fields[field].default
        if isinstance(default, bool):
            assert reply[variable] == str(default).lower()
        elif isinstance(default, (int, float)):
            assert float(reply[variable]) == default


def drawn() -> str:
    """The state machine of withdrawals as Mermaid, from the table in the code."""
    lines = ["stateDiagram-v2", "    [*] --> requested"]
    for (state, target), rule in TRANSITIONS.items():
        needs = [word for word, needed in (("note", rule.needs_note), ("proof", rule.needs_proof)) if needed]
        roles = " or ".join(sorted(role.name.lower() for role in rule.roles))
        money = f", {rule.money.__name__.replace('_', ' ')}" if rule.money else ""
        lines.append(f"    {state} --> {target}: {roles}{''.join(f', {need}' for need in needs)}{money}")
    return "\n".join(lines)


def test_the_state_machine_is_drawn_as_it_is() -> None:
    assert f"```mermaid\n{drawn()}\n```" in (ROOT / "docs/withdrawals.md").read_text()
