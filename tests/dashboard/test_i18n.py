import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import i18n
from dashboard.i18n import pgettext, spellings
from tests.dashboard import catalogues

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_of_the_screens_is_translated() -> None:
    known = {key for _catalogue, key, _message in catalogues.translated()}
    missing = sorted(f"{use.place} {use.key!r}" for use in catalogues.uses() if use.key not in known)
    assert not missing, "without an English translation:\n" + "\n".join(missing)


@pytest.fixture
def english() -> Iterator[None]:
    i18n.set_language("en")
    yield
    i18n.set_language(None)


@pytest.mark.usefixtures("english")
def test_one_word_with_two_meanings() -> None:
    assert (i18n.gettext("Batal"), pgettext("pickup", "Batal")) == ("Cancel", "Canceled")
    assert (i18n.gettext("Sebelumnya"), pgettext("period", "Sebelumnya")) == ("Previous", "Before")
    assert (i18n.gettext("Withdrawal"), pgettext("list", "Withdrawal")) == ("Withdrawal", "Withdrawals")
    assert (i18n.gettext("Catatan"), pgettext("list", "Catatan")) == ("Note", "Notes")


def test_a_context_does_not_show_in_indonesian() -> None:
    assert pgettext("pickup", "Batal") == "Batal"


@pytest.mark.parametrize("text", ["Bulan ini", "This month"])
def test_a_label_is_known_in_either_language(text: str) -> None:
    assert spellings(text) == {"Bulan ini", "This month"}


def test_no_text_stands_inside_an_f_string_where_the_extraction_does_not_look() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("dashboard", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for call in calls_in_f_strings(path.read_text(encoding="utf-8"))
    ]
    assert not hidden


def calls_in_f_strings(code: str) -> list[ast.Call]:
    """Calls for a translation within f-strings, however deep."""
    strings = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.JoinedStr)]
    calls = [call for each in strings for call in ast.walk(each) if isinstance(call, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in catalogues.KEYWORDS]


@pytest.mark.parametrize("code", ["f'{_(\"a\")}'", "f'<b>{escape(_(\"a\"))}</b>'", 'f\'{pgettext("c", "a")!s}\''])
def test_calls_in_f_strings_are_found(code: str) -> None:
    assert len(calls_in_f_strings(code)) == 1
