from dashboard import state
from dashboard.navigation import registry
from dashboard.state import SessionKey


def run(script):  # type: ignore[no-untyped-def]
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_function(script).run()
    assert not app.exception
    return [text.value for text in app.markdown]


def test_a_value_is_kept_read_and_forgotten() -> None:
    def script() -> None:
        import streamlit as st

        from dashboard.state import BATCH_TURN, NOTE_TEXT

        st.markdown(f"{BATCH_TURN.get()} {BATCH_TURN.is_set()}")
        BATCH_TURN.set(3)
        st.markdown(f"{BATCH_TURN.get()} {BATCH_TURN.is_set()}")
        st.markdown(f"{BATCH_TURN.pop()} {BATCH_TURN.get()}")
        NOTE_TEXT.of(7).set("minta diskon")
        st.markdown(f"{NOTE_TEXT.of(7).get()}|{NOTE_TEXT.of(8).get()}|{NOTE_TEXT.get()}")

    assert run(script) == ["0 False", "3 True", "3 0", "minta diskon||"]


def test_each_value_belongs_to_one_page() -> None:
    keys = [value for value in vars(state).values() if isinstance(value, SessionKey)]
    assert len({key.name for key in keys}) == len(keys) > 0
    assert {key.page for key in keys} <= {entry.key for entry in registry()}
