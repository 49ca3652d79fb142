"""The script that Streamlit runs for every page: who is looking, the menu, then the page."""

import html
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

ROOT = str(Path(__file__).resolve().parent.parent)
if ROOT not in sys.path:
    sys.path.append(ROOT)

import duckdb  # noqa: E402 - the project root has to be on the path first
import streamlit as st  # noqa: E402
from sqlalchemy.exc import SQLAlchemyError  # noqa: E402

from dashboard.client import ApiError  # noqa: E402
from dashboard.components.states import error_state, log  # noqa: E402
from dashboard.i18n import LANGUAGES, _, language  # noqa: E402
from dashboard.navigation import PageEntry, pages_for, registry, sections  # noqa: E402
from dashboard.runtime import runtime  # noqa: E402
from dashboard.session import NotSignedIn, SignedIn, current_user  # noqa: E402
from dashboard.signed_out import signed_out, watch_session  # noqa: E402

WORDMARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="112" height="28" viewBox="0 0 112 28">'
    '<rect x="0" y="3" width="22" height="22" rx="6" fill="#2f74d6"/>'
    '<path d="M7 8v12M15.5 8 9 14l6.5 6" stroke="#fff" stroke-width="2.4" fill="none" stroke-linecap="round" '
    'stroke-linejoin="round"/><text x="30" y="20" font-family="system-ui,sans-serif" font-size="17" font-weight="650" '
    'fill="#2f74d6">Komship</text></svg>'
)


def badge_of(entry: PageEntry) -> str:
    """The count that waits, as it stands behind the title; nothing when nothing waits."""
    if entry.badge is None:
        return ""
    try:
        with runtime().warehouse.read() as connection:
            count = entry.badge(connection, runtime().now())
    except (SQLAlchemyError, duckdb.Error) as error:
        log.warning("badge not counted", page=entry.key, error=repr(error))
        return ""
    return f" ({'999+' if count > 999 else count})" if count else ""


def refuse(entry: PageEntry) -> None:
    """What a role sees at a page that is not for it."""
    st.title(entry.title, anchor=False)
    st.error(
        _("Peran Anda tidak punya akses ke halaman ini. Minta akses kepada admin, atau pilih halaman lain di menu."),
        title=_("Tidak ada akses"),
        icon=":material/lock:",
    )


def menu(person: SignedIn) -> st.Page:
    """The pages of this role by section; those of other roles exist hidden, and refuse. "/" leads to the first one:
    the default page itself would lose its own address."""
    allowed = pages_for(person.role)
    groups: dict[str, list[st.Page]] = {title: [] for title in sections().values()}
    first: st.Page | None = None
    for entry in registry():
        if not entry.path.is_file():
            continue
        may = entry in allowed
        page = st.Page(
            entry.path if may else _refusal(entry),
            title=entry.title + (badge_of(entry) if may and not entry.hidden else ""),
            icon=entry.icon,
            url_path=entry.key,
            visibility="visible" if may and not entry.hidden else "hidden",
        )
        groups[sections()[entry.section]].append(page)
        first = first or (page if may and not entry.hidden else None)

    def start() -> None:
        if first is not None:
            st.switch_page(first)

    home = st.Page(start, title="Komship", url_path="start", default=True, visibility="hidden")
    return st.navigation({"": [home], **{title: pages for title, pages in groups.items() if pages}}, expanded=True)


def _refusal(entry: PageEntry) -> Callable[[], None]:
    def refused() -> None:
        refuse(entry)

    return refused


def foot(person: SignedIn) -> None:
    """Who is signed in, language, theme and sign-out. Plain links and a form: the cookie routes are not Streamlit's."""
    parts = urlsplit(st.context.url or "/")
    back = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="")
    style = "color:inherit;text-decoration:none"
    languages = " · ".join(
        f'<b aria-current="true">{code.upper()}</b>' if code == language()
        else f'<a style="{style}" target="_self" href="/language/{code}?next={back}" title="{name}">{code.upper()}</a>'
        for code, name in LANGUAGES.items()
    )  # fmt: skip
    themes = " · ".join(
        f'<a style="{style}" target="_self" href="/theme/{key}?next={back}">{label}</a>'
        for key, label in (("light", _("Terang")), ("dark", _("Gelap")), ("system", _("Sistem")))
    )
    said, lit, leave = _("Bahasa"), _("Tema"), _("Keluar")
    with st.sidebar:
        st.html(
            '<div style="font-size:12.5px;line-height:1.9">'
            f"<b>{html.escape(person.name)}</b> <span style='opacity:.65'>{html.escape(person.role)}</span><br>"
            f"{said}: {languages}<br>{lit}: {themes}"
            '<form method="post" action="/logout" target="_self" style="margin:6px 0 0">'
            '<button type="submit" style="font:inherit;color:inherit;background:none;cursor:pointer;'
            f'border:1px solid rgba(128,140,160,.45);border-radius:6px;padding:3px 12px">{leave}</button>'
            "</form></div>"
        )


# a file of our own: the browser would fetch a :material/: icon of a tab from a font host
st.set_page_config(page_title="Komship", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
st.html(Path(__file__).with_name("style.css"))
st.logo(WORDMARK, size="medium")
try:
    someone = current_user()
except NotSignedIn:
    signed_out()
    st.stop()
except ApiError as error:
    error_state(_("Sesi"), _("Muat ulang halaman sebentar lagi."), error)
    st.stop()

if not someone.may_enter:
    st.error(_("Akun ini tidak punya akses ke dashboard. Gunakan akun admin, growth, atau finance."))
    st.stop()

chosen = menu(someone)
foot(someone)
watch_session()
try:
    chosen.run()
except (ApiError, SQLAlchemyError, duckdb.Error) as error:
    error_state(chosen.title, _("Halaman lain tetap dapat dipakai."), error)
