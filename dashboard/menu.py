"""The menu of a role: its pages by section with what waits, and below it who is signed in."""

import html
from collections.abc import Callable
from urllib.parse import quote

import streamlit as st

from dashboard.components.find import search_field
from dashboard.components.states import FAILURES, log
from dashboard.i18n import LANGUAGES, _, language
from dashboard.labels import role_name
from dashboard.links import HOME, current_path
from dashboard.navigation import PageEntry, pages_for, registry, sections
from dashboard.runtime import runtime
from dashboard.session import SignedIn
from dashboard.warehouse import ask

_MOST_SHOWN = 999
_LINK = "color:inherit;text-decoration:none"
_BUTTON = (
    "font:inherit;color:inherit;background:none;cursor:pointer;border:1px solid rgba(128,140,160,.45);"
    "border-radius:6px;padding:3px 12px"
)


def menu(person: SignedIn) -> st.Page:
    """The page that is open. Those of other roles exist hidden, and refuse. "/" leads to the first page of the role,
    since the default page itself would lose its own address; an unknown address says that it is one."""
    allowed = pages_for(person.role)
    groups: dict[str, list[st.Page]] = {title: [] for title in sections().values()}
    first: st.Page | None = None
    for entry in registry():
        if not entry.path.is_file():
            continue
        may_open = entry in allowed
        is_listed = may_open and not entry.hidden
        page = st.Page(
            entry.path if may_open else _refusal(entry),
            title=entry.title + (waiting_count(entry) if is_listed else ""),
            icon=entry.icon,
            url_path=entry.key,
            visibility="visible" if is_listed else "hidden",
        )
        groups[sections()[entry.section]].append(page)
        first = first or (page if is_listed else None)

    def start() -> None:
        if first is None:
            return
        if current_path().partition("?")[0] == HOME:
            st.switch_page(first)
        # stays here: Streamlit's own message is lost when the run of another page begins before it is sent
        st.title(_("Halaman tidak ditemukan"))
        st.markdown(_("Alamat ini tidak ada. Periksa tautannya, atau pilih halaman di menu."))
        st.page_link(first, label=_("Buka halaman awal"), icon=":material/home:")

    home = st.Page(start, title="Komship", url_path="start", default=True, visibility="hidden")
    return st.navigation({"": [home], **{title: pages for title, pages in groups.items() if pages}}, expanded=True)


def page_name(page: st.Page) -> str:
    """What a page is called, without what waits there; the product's name before a page is chosen."""
    return next((entry.title for entry in registry() if entry.key == page.url_path), "Komship")


def waiting_count(entry: PageEntry) -> str:
    """What waits at a page, as it stands behind its title; nothing when nothing waits."""
    if entry.badge is None:
        return ""
    try:
        count = ask(entry.badge, runtime().now())
    except FAILURES as error:
        log.warning("badge not counted", page=entry.key, error=repr(error))
        return ""
    return f" ({f'{_MOST_SHOWN}+' if count > _MOST_SHOWN else count})" if count else ""


def _refusal(entry: PageEntry) -> Callable[[], None]:
    """The page that a role sees in place of one that is not for it."""

    def refused() -> None:
        st.title(entry.title, anchor=False)
        st.error(
            _(
                "Peran Anda tidak punya akses ke halaman ini. "
                "Minta akses kepada admin, atau pilih halaman lain di menu."
            ),
            title=_("Tidak ada akses"),
            icon=":material/lock:",
        )

    return refused


def sidebar_footer(person: SignedIn) -> None:
    """Who is signed in, language, theme and sign-out. Plain links and a form: the cookie routes are not Streamlit's."""
    back = quote(current_path(), safe="")
    languages = " · ".join(_language_link(code, name, back) for code, name in LANGUAGES.items())
    themes = " · ".join(
        f'<a style="{_LINK}" target="_self" href="/theme/{key}?next={back}">{html.escape(label)}</a>'
        for key, label in (("light", _("Terang")), ("dark", _("Gelap")), ("system", _("Sistem")))
    )
    role = html.escape(role_name(person.role))
    language_label, theme_label, sign_out_label = _("Bahasa"), _("Tema"), _("Keluar")
    with st.sidebar:
        search_field()
        st.html(
            '<div style="font-size:12.5px;line-height:1.9">'
            f"<b>{html.escape(person.name)}</b> <span style='opacity:.8'>{role}</span><br>"
            f"{language_label}: {languages}<br>{theme_label}: {themes}"
            '<form method="post" action="/logout" target="_self" style="margin:6px 0 0">'
            f'<button type="submit" style="{_BUTTON}">{sign_out_label}</button></form></div>'
        )


def _language_link(code: str, name: str, back: str) -> str:
    if code == language():
        return f'<b aria-current="true">{code.upper()}</b>'
    return (
        f'<a style="{_LINK}" target="_self" href="/language/{code}?next={back}" '
        f'title="{html.escape(name)}">{code.upper()}</a>'
    )
