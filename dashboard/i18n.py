"""Two languages: Bahasa Indonesia is what the code says, English comes from the .po files beside this module."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

import streamlit as st
from babel.messages.catalog import Catalog
from starlette.requests import HTTPConnection
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.links import LANGUAGE
from texts import forms, in_context, read_catalog, without_context

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
DEFAULT = "id"
COOKIE = "komship_language"
_CATALOGS = Path(__file__).parent / "locale"
_forced: ContextVar[str | None] = ContextVar("language", default=None)
_of_run: ContextVar[tuple[str, str] | None] = ContextVar("language of run", default=None)


def catalog(language: str) -> Catalog:
    """All .po files of a language merged; one page, one file."""
    return read_catalog(_CATALOGS, language)


@cache
def translations(language: str) -> dict[str, tuple[str, ...]]:
    """msgid (the singular, by its context) to its forms, one or two."""
    return forms(catalog(language))


def language() -> str:
    """The reader's language: the link's `lang`, else the cookie, else Bahasa Indonesia."""
    forced = _forced.get()
    if forced:
        return forced
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return DEFAULT
    known = _of_run.get()  # asked for each text: the address and the cookies are read once for each of them
    if known is None or known[0] != run.query_string:
        code = LANGUAGE.get() or st.context.cookies.get(COOKIE) or DEFAULT
        known = (run.query_string, code if code in LANGUAGES else DEFAULT)
        _of_run.set(known)
    return known[1]


def language_of(request: HTTPConnection) -> str:
    """The same for a request that runs no page."""
    code = request.query_params.get(LANGUAGE.name) or request.cookies.get(COOKIE) or DEFAULT
    return code if code in LANGUAGES else DEFAULT


def set_language(code: str | None) -> None:
    """Fix the language for the current thread or request (sign-in page, tests); None returns to the reader's."""
    _forced.set(code)


def gettext(message: str) -> str:
    """`message` in the reader's language."""
    reader = language()
    return message if reader == DEFAULT else translations(reader).get(message, (message,))[0]


def pgettext(context: str, message: str) -> str:
    """`message` where one Indonesian word means two things in English; `context` says which it is."""
    reader = language()
    return message if reader == DEFAULT else translations(reader).get(in_context(context, message), (message,))[0]


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for `count`; Bahasa Indonesia has one form, its plural is written like the singular."""
    reader = language()
    if reader == DEFAULT:
        return singular if count == 1 else plural
    forms = translations(reader).get(singular, (singular, plural))
    return forms[0] if count == 1 else forms[-1]


def spellings(text: str) -> set[str]:
    """`text`, in whichever language, as it reads in each of them; links may come from a reader of another one."""
    found = {text}
    for code in LANGUAGES:
        if code != DEFAULT:
            for message, forms in translations(code).items():
                words = {without_context(message), forms[0]}
                if text in words:
                    found |= words
    return found


_ = gettext
__all__ = ["LANGUAGES", "_", "catalog", "gettext", "language", "ngettext", "pgettext", "set_language"]
