"""Which request is open, and the way to the next one: by button and key, and by itself after a decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components import TableView
from dashboard.i18n import _
from dashboard.links import WITHDRAWAL, WITHDRAWAL_NUMBER, Change, change_address, page_key
from dashboard.state import REVIEW_DECIDED, REVIEW_NEXT_REQUESTS, REVIEW_OPEN_REQUEST
from queries.filters import Page, PageOf


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of the list as it is shown, and how another one is fetched."""

    view: TableView
    found: PageOf
    fetch: Callable[[Page], PageOf]

    @property
    def ids(self) -> list[int]:
        """The requests, in their order."""
        return _ids(self.found)

    def beside(self, step: int) -> list[int]:
        """The requests of the next page (1) or the one before (-1); none where there is no such page."""
        number = self.view.number + step
        if not 1 <= number <= self.view.last(self.found.total):
            return []
        size = self.view.page.limit
        return _ids(self.fetch(Page(size, (number - 1) * size)))


def open_request(withdrawal_id: int) -> None:
    """Name the request in the address."""
    change_address(*_opening(withdrawal_id))


def _opening(withdrawal_id: int) -> tuple[Change, ...]:
    return WITHDRAWAL.to(withdrawal_id), WITHDRAWAL_NUMBER.to()


def step_through(shown: Shown) -> int | None:
    """Draw the buttons of the two keys; the request that is open now, None where the address names none that can be.

    After a decision the request below the decided one opens, in the order that was shown then: the decided one may have
    left the list, and the rows below it moved up, also from the next page.
    """
    ids, opened = shown.ids, _opened(shown.ids)
    at = ids.index(opened) if opened in ids else None
    is_first, is_last = at == 0 and shown.view.number == 1, at == len(ids) - 1 and _is_last_page(shown)
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button(
            _("Sebelumnya"),
            key="wd-prev",
            icon=":material/arrow_upward:",
            shortcut="K",
            disabled=at is None or is_first,
        )
        ahead = st.button(
            _("Berikutnya"), key="wd-next", icon=":material/arrow_downward:", shortcut="J", disabled=is_last
        )
    is_decided, waiting = REVIEW_DECIDED.pop(), REVIEW_NEXT_REQUESTS.get()
    below = ids if at is None else ids[at + 1 :] or shown.beside(1)
    REVIEW_NEXT_REQUESTS.set(tuple(below) if at is not None else ())
    if back and at is not None:
        _go(shown, ids[at - 1] if at else shown.beside(-1)[-1])
    elif ahead and below:
        _go(shown, below[0])
    elif is_decided:
        target = _first(waiting, ids) or _first(waiting, shown.beside(1))
        if target is not None and target != opened:
            _go(shown, target)
    return opened


def _opened(ids: Sequence[int]) -> int | None:
    if WITHDRAWAL.is_given():
        return WITHDRAWAL.get()
    kept = REVIEW_OPEN_REQUEST.get()
    opened = kept if kept in ids else ids[0]
    REVIEW_OPEN_REQUEST.set(opened)
    return opened


def _go(shown: Shown, target: int) -> None:
    """Open a request of this page or of one beside it."""
    turned = []
    if target not in shown.ids:
        step = 1 if target in shown.beside(1) else -1
        turned = [page_key(shown.view.key).to(shown.view.number + step)]
    change_address(*_opening(target), *turned)
    st.rerun()


def _first(wanted: Sequence[int], among: Sequence[int]) -> int | None:
    return next((each for each in wanted if each in among), None)


def _is_last_page(shown: Shown) -> bool:
    return shown.view.number == shown.view.last(shown.found.total)


def _ids(found: PageOf) -> list[int]:
    return [int(key) for key in found.rows["withdrawal_id"]]
