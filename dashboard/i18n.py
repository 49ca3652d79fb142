"""Two languages: Bahasa Indonesia is what the code says, English comes from the .po files beside this module."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

import streamlit as st
from babel.messages.catalog import Catalog
from streamlit.runtime.scriptrunner import get_script_run_ctx

from texts import forms, read_catalog

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
DEFAULT = "id"
COOKIE = "komship_language"
_CATALOGS = Path(__file__).parent / "locale"
_forced: ContextVar[str | None] = ContextVar("language", default=None)


def catalog(language: str) -> Catalog:
    """All .po files of a language merged; one page, one file."""
    return read_catalog(_CATALOGS, language)


@cache
def translations(language: str) -> dict[str, tuple[str, ...]]:
    """msgid (the singular) to its forms, one or two."""
    return forms(catalog(language))


def language() -> str:
    """The reader's language: the link's `lang`, else the cookie, else Bahasa Indonesia."""
    forced = _forced.get()
    if forced:
        return forced
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    asked = st.query_params.get("lang") or st.context.cookies.get(COOKIE) or DEFAULT
    return asked if asked in LANGUAGES else DEFAULT


def speak(code: str | None) -> None:
    """Fix the language for the current thread or request (sign-in page, tests); None returns to the reader's."""
    _forced.set(code)


def gettext(message: str) -> str:
    """`message` in the reader's language."""
    spoken = language()
    return message if spoken == DEFAULT else translations(spoken).get(message, (message,))[0]


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for `count`; Bahasa Indonesia has one form, its plural is written like the singular."""
    spoken = language()
    if spoken == DEFAULT:
        return singular if count == 1 else plural
    forms = translations(spoken).get(singular, (singular, plural))
    return forms[0] if count == 1 else forms[-1]


def in_every_language(message: str) -> set[str]:
    """How `message` reads in each language; links may come from a reader of the other one."""
    return {message, *(translations(code).get(message, (message,))[0] for code in LANGUAGES if code != DEFAULT)}


_ = gettext
__all__ = ["LANGUAGES", "_", "catalog", "gettext", "language", "ngettext", "speak"]
