"""Empty and error states: why, what still works, and the way out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import duckdb
import streamlit as st
import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.client import SERVER_FAILED, ApiError, ApiRefused, ApiUnreachable
from dashboard.i18n import _

FAILURES = (ApiError, SQLAlchemyError, duckdb.Error)
"""What a part of a page may fail with: the API or the warehouse. Anything else is a mistake in the code."""
log = structlog.get_logger("dashboard")


def empty_state(reason: str, action: str | None = None, on_click: Callable[[], None] | None = None) -> None:
    """Why there is nothing, and a button that leads out of it (`on_click` runs as a callback)."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f":gray[:material/inbox: {reason}]", text_alignment="center")
        if action:
            st.button(action, key=f"empty-{reason}", on_click=on_click)


def error_state(what: str, still: str, error: BaseException) -> None:
    """What failed, what still works, and a code to quote; the error itself goes to the log."""
    code = getattr(error, "request_id", None) or uuid4().hex
    log.error("screen part failed", part=what, code=code, error=repr(error), exc_info=error)
    if isinstance(error, ApiRefused) and error.status < SERVER_FAILED:
        reason = error.sentence
    elif isinstance(error, (ApiRefused, ApiUnreachable)):
        reason = _("Layanan tidak menjawab.")
    else:
        reason = _("Data tidak dapat dibaca.")
    st.error(
        f"{reason} {still}\n\n{_to_quote(code)}",
        title=_("{what} gagal dimuat").format(what=what),
        icon=":material/error:",
    )


def refusal_text(error: ApiError, unanswered: str) -> str:
    """Why a write was refused, with a code to quote; `unanswered` where the API failed or did not answer."""
    reason = error.sentence if isinstance(error, ApiRefused) and error.status < SERVER_FAILED else unanswered
    return f"{reason}\n\n{_to_quote(error.request_id)}"


def _to_quote(code: str) -> str:
    return _("Kode untuk dilaporkan: {code}").format(code=f"`{code[:12]}`")


@contextmanager
def guarded(what: str, still: str) -> Iterator[None]:
    """A part of a page that may fail alone: its error state is drawn in its place."""
    try:
        yield
    except FAILURES as error:
        error_state(what, still, error)
