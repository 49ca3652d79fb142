"""A dialog that says what a write will do before it is done, and the notice that it is done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.actions.written import Written
from dashboard.client import ApiError
from dashboard.components.states import refusal_text
from dashboard.drafts import drafted, forget_draft
from dashboard.freshness import wait_until_landed
from dashboard.i18n import _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """What a dialog asks: its title, the facts and consequences that it lists, and the words of its button.

    What is typed into it is kept as `draft` until it is sent (dashboard/drafts.py); nothing is kept without a name.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    consequences: Sequence[str]
    yes: str
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """What has to be filled in: `draw` returns the value, `problem` says what is missing from it, if anything."""

    draw: Callable[[], T]
    problem: Callable[[T], str | None] = lambda _value: None


def note_form(key: str, label: str) -> Form[str]:
    """One line that must not be empty."""
    return Form(
        lambda: st.text_input(label, key=f"{key}-note", max_chars=2000) or "",
        lambda text: None if text.strip() else _("Isi catatan dulu."),
    )


def comment_form(key: str) -> Form[str]:
    """One line that may stay empty."""
    return Form(lambda: st.text_input(_("Komentar"), key=f"{key}-note", max_chars=2000) or "")


NOTHING: Form[None] = Form(lambda: None)


def confirm(question: Question, key: str, form: Form[T], write: Callable[[T], None]) -> None:
    """Open the dialog (call it once, when the button is clicked). Its button calls `write` with the form's value.

    A refusal is shown in the dialog; success reruns the page. The button is never disabled: a text area gives its text
    only when it is left, so that the click on a button that waits for it would be lost.
    """

    @st.dialog(question.title, dismissible=False)
    def draw() -> None:
        if question.facts:
            st.table(dict(question.facts), border="horizontal")
        st.markdown("\n".join(f"- {line}" for line in question.consequences))
        with drafted(question.draft) if question.draft else st.container():
            value = form.draw()
        refusal = st.empty()
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(_("Batal"), key=f"{key}-no", shortcut="Esc"):
                st.rerun()
            pressed = st.button(question.yes, key=f"{key}-yes", type="primary", shortcut="Ctrl+Enter")
        if not pressed:
            return
        if problem := form.problem(value):
            refusal.warning(problem, icon=":material/edit:")
        elif _is_done(write, value, refusal):
            if question.draft:
                forget_draft(question.draft)
            st.rerun()

    draw()


def _is_done(write: Callable[[T], None], value: T, refusal: DeltaGenerator) -> bool:
    try:
        write(value)
    except ApiError as error:
        unanswered = _("Layanan tidak menjawab. Coba lagi: keputusan tidak akan tercatat dua kali.")
        refusal.error(refusal_text(error, unanswered))
        return False
    return True


def notify_written(written: Written[Any]) -> None:
    """Say that a decision is recorded, once it can be seen in the warehouse."""
    landed = wait_until_landed(written.change_seq)
    text = _("Keputusan tercatat.") if landed else _("Keputusan tercatat; angka menyusul sebentar lagi.")
    st.toast(text, icon=":material/check_circle:")
