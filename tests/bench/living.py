"""A write until it is visible in a page's question, and a page's rerun against the same page from constants."""

import inspect
import statistics
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard import cookies
from dashboard.runtime import Runtime, configure
from etl.watch import Worker
from queries import juragan, partners, pickups, reliability, tickets, withdrawals
from queries.filters import Page
from tests.factories.product import NOW, Product, landed_product

PAGES_DIR = Path(__file__).resolve().parents[2] / "pages"
WRITES = 100
RUNS = 15
PAGES: dict[str, tuple[ModuleType, ...]] = {
    "pickup_monitoring": (pickups,),
    "ticket_total": (tickets,),
    "reliability": (reliability, tickets),
    "partner_growth": (partners, juragan),
    "withdrawal": (withdrawals,),
}


def visible_ms(product: Product) -> list[float]:
    """Milliseconds from sending a note to its being in the Juragan page's question, with the worker running."""
    worker = Worker(product.runner, interval=5)
    product.app.state.parts.on_change = worker.wake
    worker.start()
    headers = {"Authorization": f"Bearer {product.token('growth')}"}
    with product.warehouse.read() as connection:
        first = juragan.month_page(connection, NOW.date(), "", None, Page(1)).rows.iloc[0]
    partner, phone = int(first["partner_id"]), str(first["no_hp"])
    took = []
    with TestClient(product.app) as http:
        for number in range(WRITES):
            note = f"catatan {number}"
            started = time.perf_counter()
            body = {"partner_id": partner, "notes": note}
            answer = http.post("/api/v1/admin/partner/growth/juragan/notes", headers=headers, json=body)
            answer.raise_for_status()
            while _note(product, phone) != note:
                if time.perf_counter() - started > 10:
                    raise RuntimeError("the note did not become visible in ten seconds")
                time.sleep(0.002)
            took.append((time.perf_counter() - started) * 1000)
    worker.stop()
    return took


def _note(product: Product, phone: str) -> str | None:
    with product.warehouse.read() as connection:
        found = juragan.month_page(connection, NOW.date(), phone, None, Page(1)).rows
    return None if found.empty else found.iloc[0]["notes"]


def rerun_ms(product: Product) -> list[dict[str, Any]]:
    """Median milliseconds of a rerun of each page, with its questions asked and with their answers kept."""
    token = product.token("admin")
    mock.patch.object(cookies, "session_token", return_value=token).start()
    http = TestClient(product.app, base_url="http://testserver/api")
    configure(Runtime(product.settings, product.warehouse, http, product.settings.now))
    found = []
    for name, modules in PAGES.items():
        page = AppTest.from_file(str(PAGES_DIR / name / "page.py"), default_timeout=120)
        rerun_ms = _median(page)
        patches = [
            mock.patch.object(module, question, _kept(getattr(module, question)))
            for module in modules
            for question in dir(module)
            if _is_question(getattr(module, question))
        ]
        for patch in patches:
            patch.start()
        constant = _median(page)
        for patch in patches:
            patch.stop()
        found.append({"page": name, "ms": rerun_ms, "constant_ms": constant})
    mock.patch.stopall()
    return found


def _is_question(thing: Any) -> bool:
    return inspect.isfunction(thing) and next(iter(inspect.signature(thing).parameters), "") == "connection"


def _kept(question: Callable[..., Any]) -> Callable[..., Any]:
    answers: dict[str, Any] = {}

    @wraps(question)
    def answer(_connection: Any, *given: Any, **named: Any) -> Any:
        key = repr((given, named))
        if key not in answers:
            answers[key] = question(_connection, *given, **named)
        return answers[key]

    return answer


def _median(page: AppTest) -> float:
    page.run()
    if page.exception:
        raise RuntimeError(page.exception[0].message)
    took = []
    for _run in range(RUNS):
        started = time.perf_counter()
        page.run()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


def measure(folder: Path, orders: int) -> dict[str, Any]:
    """Both, over a product with `orders` orders in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with landed_product(folder, orders=orders) as product:
        reruns = rerun_ms(product)
        took = sorted(visible_ms(product))
    return {"visible_p50": took[len(took) // 2], "visible_p95": took[int(len(took) * 0.95) - 1], "reruns": reruns}


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]), int(sys.argv[2])))
