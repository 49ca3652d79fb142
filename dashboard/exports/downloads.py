"""Exports that pages offer, and the route that sends them; a download button keeps whole files in memory.

What is offered lives in the process that serves the pages, under a number that cannot be guessed and is one person's.
"""

import tempfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock

import duckdb
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dashboard import cookies
from dashboard.actions.audit import note_export
from dashboard.client import ApiError, api_for
from dashboard.exports.export import Export
from dashboard.exports.formats import csv_pieces, write_parquet, write_xlsx
from dashboard.i18n import _, set_language
from dashboard.session import SignedIn, sessions

PATH = "/export"
MOST_OFFERS = 500  # of all people; the oldest goes first
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx", "parquet")
_NO_CACHE = {"Cache-Control": "no-store"}
log = structlog.get_logger("dashboard.exports")


@dataclass(frozen=True, slots=True)
class Offer:
    """An export as a person saw it offered, in the language of the page."""

    export: Export
    person: SignedIn
    language: str


class Offers:
    """The newest offers by their number."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Offer] = OrderedDict()
        self._lock = Lock()

    def put(self, offer: Offer, number: str | None) -> str:
        """Remember an offer, in the place of that with the number; its number."""
        kept = number or token_urlsafe(24)
        with self._lock:
            self._known[kept] = offer
            self._known.move_to_end(kept)
            while len(self._known) > MOST_OFFERS:
                self._known.popitem(last=False)
        return kept

    def get(self, number: str) -> Offer | None:
        """The offer of a number, if it is still known."""
        with self._lock:
            return self._known.get(number)


offers = Offers()


async def send(request: Request) -> Response:
    """GET /export/{number}/{file}: the rows as a file, once it is written down that they leave."""
    name = str(request.path_params["file"])
    kind = name.rpartition(".")[2]
    token = cookies.token_in(request.cookies)
    offer = offers.get(request.path_params["number"])
    try:
        person = await run_in_threadpool(sessions.person, token) if token else None
        if person is None:
            return PlainTextResponse("not signed in", 401, _NO_CACHE)
        if kind not in FORMATS or offer is None or offer.person != person:
            return PlainTextResponse(_("Tautan ekspor ini sudah tidak berlaku. Muat ulang halamannya."), 410, _NO_CACHE)
        set_language(offer.language)
        export = offer.export
        await run_in_threadpool(note_export, api_for(token), export.name, kind, export.total, dict(export.facts))
        return await _answer(export, kind, name)
    except ApiError as error:
        log.warning("export not sent", error=str(error), request_id=error.request_id)
        return PlainTextResponse(_("Layanan tidak menjawab. Coba lagi."), 503, _NO_CACHE)
    except (SQLAlchemyError, duckdb.Error) as error:
        log.error("export failed", error=str(error))
        return PlainTextResponse(_("Ekspor gagal dibuat. Coba lagi."), 500, _NO_CACHE)


async def _answer(export: Export, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', **_NO_CACHE}
    if kind == "csv":
        return StreamingResponse(csv_pieces(export), media_type="text/csv; charset=utf-8", headers=headers)
    if kind == "xlsx":
        path, media_type = await run_in_threadpool(_written, export, write_xlsx), XLSX
    else:
        path, media_type = await run_in_threadpool(_written, export, write_parquet), "application/vnd.apache.parquet"
    return FileResponse(path, media_type=media_type, headers=headers, background=BackgroundTask(path.unlink))


def _written(export: Export, write: Callable[[Export, Path], None]) -> Path:
    with tempfile.NamedTemporaryFile(prefix="komship-export-", delete=False) as file:
        path = Path(file.name)
    with ExitStack() as undone:
        undone.callback(path.unlink)
        write(export, path)
        undone.pop_all()  # it is written: the answer removes it
    return path


ROUTES = (Route(f"{PATH}/{{number}}/{{file}}", send, methods=["GET"]),)
