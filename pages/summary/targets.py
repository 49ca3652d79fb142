"""Targets of the summary's numbers: read by all, set by admins."""

from dataclasses import dataclass

import streamlit as st

from dashboard import format as fmt
from dashboard.actions import summary as actions
from dashboard.client import ApiError, api
from dashboard.components import Form, Question, confirm
from dashboard.components.states import log
from dashboard.i18n import _
from dashboard.session import current_user
from pages.summary.labels import in_unit, number_name, number_unit
from pages.summary.numbers import Targets
from vocabulary import SummaryNumber

MOST = 2**53 - 1  # as the API takes it


@dataclass(frozen=True, slots=True)
class Wanted:
    """A number and its target; None takes the target away."""

    number: SummaryNumber
    value: int | None


def known_targets() -> Targets:
    """The targets; none where the API does not answer, for the numbers stand without them."""
    try:
        return actions.targets(api())
    except ApiError as error:
        log.warning("targets not read", error=repr(error))
        st.caption(_("Target tidak dapat dibaca; angka tetap dapat dipakai."))
        return {}


def draw_targets(targets: Targets) -> None:
    """The button that sets one, for admins."""
    if current_user().role != "admin":
        return
    if st.button(_("Atur target"), key="summary-target", type="tertiary", icon=":material/flag:"):
        _open_dialog(targets)


def _open_dialog(targets: Targets) -> None:
    def inputs() -> Wanted:
        number = st.selectbox(_("Angka"), list(SummaryNumber), format_func=number_name, key="summary-target-number")
        chosen = SummaryNumber(number or SummaryNumber.COD)
        target = targets.get(chosen)
        if target:
            st.caption(
                _("Target sekarang {value}, dari {name} pada {at}.").format(
                    value=in_unit(chosen, target.value), name=fmt.plain(target.set_by), at=fmt.instant(target.set_at)
                )
            )
        value = st.number_input(
            _("Target ({unit})").format(unit=number_unit(chosen)),
            min_value=0,
            max_value=100 if chosen is SummaryNumber.RETENTION else MOST,
            value=target.value if target else None,
            step=1,
            key=f"summary-target-{chosen}",
        )
        return Wanted(chosen, None if value is None else int(value))

    def write(wanted: Wanted) -> None:
        actions.set_target(api(), wanted.number, wanted.value)
        st.toast(_("Target tersimpan."), icon=":material/check_circle:")

    question = Question(
        _("Atur target"),
        [],
        [
            _("Semua pembaca Ringkasan melihat target ini; perubahan tercatat di Audit."),
            _("Kosongkan untuk menghapus target."),
        ],
        _("Simpan"),
    )
    confirm(question, "summary-target", Form(inputs), write)
