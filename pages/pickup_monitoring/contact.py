"""The mark that a partner was contacted: read, shown, set and taken back."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import pickups
from dashboard.actions.pickups import Contact
from dashboard.client import ApiError, api
from dashboard.components.states import refusal_text
from dashboard.i18n import _, ngettext
from dashboard.runtime import runtime
from dashboard.session import current_user
from dashboard.state import CONTACT_REFUSAL, CONTACTS_MADE, OVERDUE_TICKED
from queries.wib import business_day

Contacts = Mapping[int, Contact]


def may_mark() -> bool:
    """Whether the user's role sets marks; the API decides again."""
    return current_user().role in ("admin", "growth")


def read_contacts() -> Contacts | None:
    """The marks by partner; None, with a word about it, where the API does not give them."""
    try:
        return pickups.contacts(api())
    except ApiError as error:
        st.warning(
            _("Tanda dihubungi tidak dapat dibaca sekarang; daftar tetap dapat dipakai. Kode: {code}").format(
                code=f"`{error.request_id[:12]}`"
            ),
            icon=":material/cloud_off:",
        )
        return None


def when_and_who(contact: Contact | None) -> str:
    """14.32 WIB · Sari, with the day where it is not today; None where no mark stands."""
    if contact is None or contact.contacted_at is None:
        return fmt.NONE
    is_today = business_day(contact.contacted_at) == business_day(runtime().now())
    shown = fmt.clock(contact.contacted_at) if is_today else fmt.instant(contact.contacted_at)
    return f"{shown} · {contact.contacted_by}"


def ticked_bar(contacts: Contacts, shown: Sequence[int]) -> None:
    """What is done with the ticked ones of the partners shown, and the way back from what was done last."""
    ticked = sorted(each for each in OVERDUE_TICKED.get() if each in shown)
    st.button(
        _("Tandai dihubungi ({count})").format(count=fmt.number(len(ticked))),
        key="contact-ticked",
        icon=":material/call:",
        disabled=not ticked,
        on_click=_mark,
        args=(ticked, contacts),
    )
    made = CONTACTS_MADE.get()
    if made:
        text = ngettext("{count} partner ditandai dihubungi.", "{count} partner ditandai dihubungi.", len(made))
        st.markdown(":material/check_circle: " + text.format(count=fmt.number(len(made))), width="content")
        st.button(_("Batalkan"), key="contact-undo", type="tertiary", on_click=_take_back, args=(made,))


def refusal() -> None:
    """Why the last mark was not written, said once."""
    reason = CONTACT_REFUSAL.pop()
    if reason:
        st.error(reason, icon=":material/error:")


def mark_button(partner_id: int, contacts: Contacts, then: Callable[[], None]) -> None:
    """Set the mark of one partner, or take it back; `then` is done after it is set."""
    contact = contacts.get(partner_id)
    contact_id = contact.contact_id if contact else None
    label = _("Tandai dihubungi") if contact_id is None else _("Tandai dihubungi lagi")
    st.button(
        label,
        key=f"contact-{partner_id}",
        icon=":material/call:",
        on_click=_mark,
        args=([partner_id], contacts, then),
    )
    if contact_id is not None:
        st.caption(_("Dihubungi {when}").format(when=when_and_who(contact)), width="content")
        back = f"contact-back-{contact_id}"
        st.button(_("Batalkan tanda"), key=back, type="tertiary", on_click=_take_back, args=((contact_id,),))


def _mark(partners: Sequence[int], contacts: Contacts, then: Callable[[], None] = lambda: None) -> None:
    def write() -> None:
        CONTACTS_MADE.set(pickups.mark_contacted(api(), partners, contacts).made)
        OVERDUE_TICKED.set({each: None for each in OVERDUE_TICKED.get() if each not in partners})
        then()

    _written(write)


def _take_back(made: Sequence[int]) -> None:
    def write() -> None:
        for contact_id in made:
            pickups.take_back_contact(api(), contact_id)
        CONTACTS_MADE.pop()

    _written(write)


def _written(write: Callable[[], None]) -> None:
    """Write in a callback, before the page is drawn with it; what is refused is kept for `refusal`."""
    try:
        write()
    except ApiError as error:
        unanswered = _("Layanan tidak menjawab. Coba lagi: tanda tidak akan tercatat dua kali.")
        CONTACT_REFUSAL.set(refusal_text(error, unanswered))
