"""Search everywhere: what is found for a text, in words, and the route that the dialog of every page asks."""

from collections.abc import Sequence
from typing import assert_never

import duckdb
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typing_extensions import TypedDict

from dashboard import cookies, i18n
from dashboard import format as fmt
from dashboard.actions.search import Account, Batch, StoreHits, find_in_store
from dashboard.client import ApiError, api_for
from dashboard.i18n import _, pgettext
from dashboard.labels import batch_status, order_state, ticket_status, withdrawal_status
from dashboard.links import PagePath, batch_link, order_link, partner_link, ticket_link, withdrawal_link
from dashboard.navigation import pages_for
from dashboard.session import SignedIn, sessions
from dashboard.warehouse import ask
from queries import search
from queries.search import Hit, HitKind
from queries.search_keys import plain_number

PATH = "/find"
_PAGES = {
    HitKind.ORDER: PagePath.ORDER,
    HitKind.TICKET: PagePath.TICKET,
    HitKind.PARTNER: PagePath.PARTNER_DETAIL,
    HitKind.WITHDRAWAL: PagePath.WITHDRAWAL_REVIEW,
}
_LEAST_DIGITS = 5  # of an account number
_NO_STORE = {"Cache-Control": "no-store"}
log = structlog.get_logger("dashboard.search")


class Shown(TypedDict):
    """A hit as the dialog draws it."""

    kind: str
    title: str
    about: str
    href: str


class Answer(TypedDict):
    """Hits, the best first, and what could not be searched."""

    hits: list[Shown]
    problem: str


def find(person: SignedIn, token: str, text: str) -> Answer:
    """What a person may open of that which a text means.

    Raises:
        SQLAlchemyError, duckdb.Error: the warehouse cannot be read.
    """
    pages = {entry.key for entry in pages_for(person.role)}
    kinds = [kind for kind, page in _PAGES.items() if page in pages]
    wanted = search.typed(text)
    if not wanted:
        return Answer(hits=[], problem="")
    problem = ""
    held = StoreHits(accounts=[], batches=[])
    if PagePath.PAYOUT_BATCH in pages and _may_be_in_store(wanted):
        try:
            held = find_in_store(api_for(token), wanted)
        except ApiError as error:
            log.warning("store not searched", error=str(error), request_id=error.request_id)
            problem = _("Rekening dan batch tidak dapat dicari sekarang.")
    found = ask(search.find, wanted, kinds)
    exact = [_shown(hit) for hit in found if hit.is_exact]
    alike = [_shown(hit) for hit in found if not hit.is_exact]
    return Answer(hits=[*exact, *_of_store(held), *alike], problem=problem)


def _may_be_in_store(text: str) -> bool:
    """Whether a text may be the number of an account or of a batch."""
    number = plain_number(text)
    digits = number.removeprefix("BATCH").removeprefix("KS")
    return digits.isdecimal() and (digits != number or len(digits) >= _LEAST_DIGITS)


def _shown(hit: Hit) -> Shown:
    match hit.kind:
        case HitKind.ORDER:
            about = [order_state(hit.state), hit.name, hit.detail, fmt.rupiah(hit.amount)]
            return _row(pgettext("one", "Pesanan"), hit.title, about, order_link(hit.key))
        case HitKind.TICKET:
            about = [ticket_status(hit.state), hit.name, hit.detail]
            return _row(pgettext("one", "Tiket"), hit.title, about, ticket_link(hit.key))
        case HitKind.PARTNER:
            return _row(_("Partner"), hit.title, [hit.name, hit.detail], partner_link(hit.key))
        case HitKind.WITHDRAWAL:
            about = [fmt.rupiah(hit.amount), withdrawal_status(hit.state), hit.name, hit.detail]
            title = _("Withdrawal {number}").format(number=hit.title)
            return _row(pgettext("list", "Withdrawal"), title, about, withdrawal_link(hit.key))
        case _:
            assert_never(hit.kind)


def _of_store(held: StoreHits) -> list[Shown]:
    return [*(_account(each) for each in held.accounts), *(_batch(each) for each in held.batches)]


def _account(found: Account) -> Shown:
    unused = "" if found.is_used else _("tidak dipakai lagi")
    about = [found.account_name, found.partner_name, unused]
    title = f"{found.bank_name} {found.account_no}"
    return _row(_("Rekening"), title, about, partner_link(found.partner_id, "withdrawal"))


def _batch(found: Batch) -> Shown:
    rows = _("{count} baris").format(count=fmt.number(found.row_count))
    about = [batch_status(found.status), rows, fmt.rupiah(found.total)]
    return _row(_("Batch"), found.reference, about, batch_link(found.batch_id))


def _row(kind: str, title: str, about: Sequence[str], href: str) -> Shown:
    return Shown(kind=kind, title=title, about=" · ".join(part for part in about if part), href=href)


async def send(request: Request) -> Response:
    """GET /find?q=...&lang=...: the hits as JSON."""
    i18n.set_language(i18n.language_of(request))
    token = cookies.token_in(request.cookies)
    try:
        person = await run_in_threadpool(sessions.person, token) if token else None
        if person is None or token is None or not person.may_enter:
            return JSONResponse({"problem": "not signed in"}, 401, _NO_STORE)
        found = await run_in_threadpool(find, person, token, request.query_params.get("q", ""))
    except (ApiError, SQLAlchemyError, duckdb.Error) as error:
        log.error("search failed", error=str(error))
        return JSONResponse({"problem": _("Pencarian gagal. Coba lagi.")}, 503, _NO_STORE)
    return JSONResponse(found, headers=_NO_STORE)


ROUTES = (Route(PATH, send, methods=["GET"]),)
