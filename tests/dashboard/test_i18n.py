import re
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
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("dashboard", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""\bf(?P<quote>["']).*\{_\(""", line)
    ]
    assert not hidden
