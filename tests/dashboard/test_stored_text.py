import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.actions.stored_text import visible, visible_throughout

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Toko Bérkah 東京 👍", "Toko Bérkah 東京 👍"),
        ("a\x00b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_cannot_be_seen_is_written_as_its_escape(stored: str, shown: str) -> None:
    assert visible(stored) == shown


@given(ANY_TEXT)
def test_whatever_was_stored_can_be_sent_and_stays_the_same_when_it_is_made_visible_again(stored: str) -> None:
    shown = visible(stored)
    assert shown.encode().decode() == shown
    assert visible(shown) == shown


@given(
    st.recursive(st.none() | st.integers() | ANY_TEXT, lambda each: st.lists(each) | st.dictionaries(ANY_TEXT, each))
)
def test_every_text_in_a_json_value_can_be_sent(stored: object) -> None:
    assert json.dumps(visible_throughout(stored), ensure_ascii=False).encode()
