"""The growth team's month: who joined last month and never had a pickup, and a note on two of them."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.kernel.db import make_engine
from api.models import Partner, PartnerNote
from queries.wib import business_day, day_start, months_before
from tests.journeys.conftest import Enter, Server
from tests.journeys.tasks import Hand, written
from tests.journeys.waiting import PATIENCE_MS, rerun, settled

NAMES = ("Aisyah Lestari", "Bagas " + "o" * 140)  # no space in 140 letters
NOTE = "ditelepon, kirim minggu depan"


@pytest.fixture
def unstarted(server: Server) -> Iterator[list[str]]:
    """Two partners that joined in the month before this one, landed; their phones, to find them by. Others count
    partners: these are gone afterwards."""
    now = datetime.now(UTC)
    joined = day_start(months_before(business_day(now), 1)).replace(tzinfo=UTC) + timedelta(days=9)
    phones = [f"08129000000{number}" for number in range(len(NAMES))]
    engine = make_engine(server.store_url)
    with Session(engine) as session, session.begin():
        session.add_all(
            Partner(
                full_name=name, brand_name="", email=f"{phone}@baru.test", phone=phone, city="Kota Bogor",
                joined_at=joined, updated_at=now,
            )
            for name, phone in zip(NAMES, phones, strict=True)
        )  # fmt: skip
    _wait_for(server, len(NAMES))
    yield phones
    with Session(engine) as session, session.begin():
        mine = select(Partner.id).where(Partner.phone.in_(phones))
        session.execute(delete(PartnerNote).where(PartnerNote.partner_id.in_(mine)))
        session.execute(delete(Partner).where(Partner.phone.in_(phones)))
    engine.dispose()
    _wait_for(server, 0)


def _wait_for(server: Server, count: int) -> None:
    give_up = time.monotonic() + 3 * PATIENCE_MS / 1000
    while time.monotonic() < give_up:
        found = server.call("growth", "GET", "v1/admin/partnerGrowth", params={"search": "@baru.test"}).json()
        if found["data"]["total"] == str(count):
            return
        time.sleep(0.2)
    raise AssertionError(f"there are not {count} new partners in the warehouse")


def test_a_note_on_two_partners_of_last_month_without_a_pickup(
    server: Server, enter: Enter, unstarted: list[str]
) -> None:
    page = enter("growth", "/partner-growth")
    settled(page)
    hand = Hand(page)
    hand.click(page.locator(".st-key-segmen-chips").get_by_text(re.compile("^Gabung bulan lalu, belum pickup")))
    page.wait_for_url("**segmen=unstarted*")
    settled(page)
    for phone in unstarted:
        row = page.locator("tbody tr").filter(has_text=phone)
        with rerun(page):
            hand.click(row.get_by_role("checkbox"))
    expect(page.get_by_text("2 partner dicentang")).to_be_visible()
    with rerun(page):
        hand.click(page.get_by_role("button", name="Tulis catatan"))
    dialog = page.get_by_role("dialog")
    hand.fill(dialog.locator("textarea"), NOTE)
    hand.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("tbody tr").filter(has_text=NOTE)).to_have_count(2)
    expect(page.get_by_text("Centang partner untuk menulis satu catatan bagi semuanya.")).to_be_visible()
    for phone in unstarted:
        row = server.call("growth", "GET", "v1/admin/partner/growth/juragan", params={"search": phone}).json()
        assert [each["notes"] for each in row["data"]] == [NOTE]
    assert hand.acts == written("partners of last month without a pickup, and a note on two") <= 6
