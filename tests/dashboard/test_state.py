import ast
import re
from pathlib import Path

from dashboard import state
from dashboard.navigation import registry
from dashboard.state import SessionKey

ROOT = Path(__file__).resolve().parents[2]


def run(script):  # type: ignore[no-untyped-def]
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_function(script, default_timeout=60).run()
    assert not app.exception
    return [text.value for text in app.markdown]


def test_a_value_is_kept_read_and_forgotten() -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.state import NOTE_TEXT, REVIEW_DECIDED

        st.markdown(f"{REVIEW_DECIDED.get()} {REVIEW_DECIDED.is_set()}")
        REVIEW_DECIDED.set(True)
        st.markdown(f"{REVIEW_DECIDED.get()} {REVIEW_DECIDED.is_set()}")
        st.markdown(f"{REVIEW_DECIDED.pop()} {REVIEW_DECIDED.get()}")
        NOTE_TEXT.of(7).set("minta diskon")
        st.markdown(f"{NOTE_TEXT.of(7).get()}|{NOTE_TEXT.of(8).get()}|{NOTE_TEXT.get()}")

    assert run(script) == ["False False", "True True", "True False", "minta diskon||"]


def test_each_value_belongs_to_one_page() -> None:
    keys = [value for value in vars(state).values() if isinstance(value, SessionKey)]
    assert len({key.name for key in keys}) == len(keys) > 0
    assert {key.page for key in keys} - {""} <= {entry.key for entry in registry()}  # "": every page


def test_a_value_of_a_page_is_used_by_that_page_alone() -> None:
    """Another page asks the functions of the owner, so that nothing changes a value behind its back."""
    folders = {entry.key: entry.path.parent.name for entry in registry()}
    owned = {name: value for name, value in vars(state).items() if isinstance(value, SessionKey) and value.page}
    users: dict[str, set[str]] = {name: set() for name in owned}
    for path in [*(ROOT / "pages").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        if path != Path(state.__file__):
            for name in owned.keys() & names_in(path):
                users[name].add(path.relative_to(ROOT / "pages").parts[0] if "pages" in path.parts else "dashboard")
    assert users == {name: {folders[value.page]} for name, value in owned.items()}


def names_in(path: Path) -> set[str]:
    """Every name that a file reads or imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
    return found


def test_session_and_address_are_used_in_one_place_each() -> None:
    for name, owner in (("session_state", "dashboard/state.py"), ("query_params", "dashboard/links.py")):
        users = {
            str(path.relative_to(ROOT))
            for folder in ("dashboard", "pages")
            for path in (ROOT / folder).rglob("*.py")
            if re.search(rf"\bst\.{name}\b", path.read_text(encoding="utf-8"))
        }
        assert users == {owner}
