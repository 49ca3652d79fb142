"""A dialog that says what a write will do before it is done."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard.client import ApiRefused, ApiUnreachable
from dashboard.i18n import _


def confirm(
    title: str,
    facts: Sequence[tuple[str, str]],
    consequences: Sequence[str],
    yes: str,
    key: str,
    action: Callable[[Any], None],
    body: Callable[[], Any] | None = None,
    missing: Callable[[Any], str | None] = lambda _value: None,
) -> None:
    """Open the dialog (call it once, when the button is clicked). `body` draws inputs and returns their value.

    On `yes`, `missing(value)` says what is to be filled in first, if anything; else `action(value)` writes. A
    refusal is shown in the dialog; success reruns the page. `yes` is never disabled: a text area tells its text only
    when it is left, so that the click on a button that waits for it would be lost.
    """

    @st.dialog(title, dismissible=False)
    def draw() -> None:
        if facts:
            st.table(dict(facts), border="horizontal")
        st.markdown("\n".join(f"- {line}" for line in consequences))
        value = body() if body else None
        refusal = st.empty()
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Batal"), key=f"{key}-no", shortcut="Esc"):
                st.rerun()
            pressed = st.button(yes, key=f"{key}-yes", type="primary", shortcut="Ctrl+Enter")
        if not pressed:
            return
        if lacking := missing(value):
            refusal.warning(lacking, icon=":material/edit:")
        elif _done(action, value, refusal):
            st.rerun()

    draw()


def _done(action: Callable[[Any], None], value: Any, refusal: Any) -> bool:
    try:
        action(value)
    except ApiRefused as refused:
        code = _("Kode untuk dilaporkan: {code}").format(code=f"`{refused.request_id[:12]}`")
        refusal.error(f"{refused.sentence}\n\n{code}")
    except ApiUnreachable as lost:
        code = _("Kode untuk dilaporkan: {code}").format(code=f"`{lost.request_id[:12]}`")
        refusal.error(_("Layanan tidak menjawab. Coba lagi: keputusan tidak akan tercatat dua kali.") + f"\n\n{code}")
    else:
        return True
    return False
