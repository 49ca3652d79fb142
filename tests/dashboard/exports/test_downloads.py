"""The route of exports: whose they are, what is written down, and when a link has ended."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import cookies
from dashboard.client import ApiUnreachable
from dashboard.components.table import Column
from dashboard.exports import downloads
from dashboard.exports.downloads import Offer, Offers, offers
from dashboard.exports.export import Export
from dashboard.session import SignedIn, sessions

ADMIN = SignedIn(1, "Admin", "admin@demo", "admin")
OTHER = SignedIn(2, "Gita", "growth@demo", "growth")


def groups() -> Iterator[pd.DataFrame]:
    yield pd.DataFrame({"name": ["Toko"]})


EXPORT = Export("partner", [Column("name", "Partner")], groups, 1, [("Kurir", "Semua")])


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    written: list[tuple[Any, ...]] = []
    monkeypatch.setattr(sessions, "person", {"of-admin": ADMIN, "of-other": OTHER}.get)
    monkeypatch.setattr(downloads, "api_for", lambda token: token)
    monkeypatch.setattr(downloads, "note_export", lambda *about: written.append(about))
    return written


@pytest.fixture
def browser() -> TestClient:
    return TestClient(Starlette(routes=[*downloads.ROUTES]))


def get(browser: TestClient, number: str, kind: str, token: str | None) -> Any:
    headers = {"Cookie": f"{cookies.SESSION}={token}"} if token else {}
    return browser.get(f"/export/{number}/partner_x.{kind}", headers=headers)


@pytest.mark.parametrize("kind", downloads.FORMATS)
def test_an_export_is_written_down_and_sent(browser: TestClient, noted: list[Any], kind: str) -> None:
    answer = get(browser, offers.put(Offer(EXPORT, ADMIN, "id"), None), kind, "of-admin")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="partner_x.{kind}"'
    assert answer.headers["cache-control"] == "no-store"
    assert noted == [("of-admin", "partner", kind, 1, {"Kurir": "Semua"})]


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("unknown", 401), ("of-other", 410)])
def test_nobody_else_gets_it(browser: TestClient, noted: list[Any], token: str | None, status: int) -> None:
    answer = get(browser, offers.put(Offer(EXPORT, ADMIN, "id"), None), "csv", token)
    assert (answer.status_code, noted) == (status, [])
    assert "Toko" not in answer.text


@pytest.mark.parametrize(("number", "kind"), [("gone", "csv"), (None, "exe")])
def test_a_link_that_means_nothing_says_so(
    browser: TestClient, noted: list[Any], number: str | None, kind: str
) -> None:
    offered = number or offers.put(Offer(EXPORT, ADMIN, "id"), None)
    answer = get(browser, offered, kind, "of-admin")
    assert (answer.status_code, noted) == (410, [])
    assert "Muat ulang" in answer.text


def test_nothing_leaves_that_could_not_be_written_down(
    browser: TestClient, noted: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_about: Any) -> None:
        raise ApiUnreachable("r")

    monkeypatch.setattr(downloads, "note_export", lost)
    answer = get(browser, offers.put(Offer(EXPORT, ADMIN, "id"), None), "csv", "of-admin")
    assert answer.status_code == 503
    assert "Toko" not in answer.text


def test_an_offer_replaces_its_earlier_one_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_OFFERS", 2)
    known = Offers()
    first = known.put(Offer(EXPORT, ADMIN, "id"), None)
    second = known.put(Offer(EXPORT, ADMIN, "en"), first)
    assert first == second
    others = [known.put(Offer(EXPORT, ADMIN, "id"), None) for _each in range(2)]
    assert known.get(first) is None
    assert all(known.get(number) for number in others)
