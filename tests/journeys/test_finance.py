"""What finance does all day, in a real browser: decide one after the other, pay in batches, read what was paid."""

import csv
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Enter, Server, sign_in, started
from tests.journeys.waiting import button, rerun, settled, write

MARKED = 'tr[aria-selected="true"]'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A product of this module alone: its queue is longer than a page, and worked through here."""
    with started(tmp_path_factory.mktemp("finance"), orders=4000) as running:
        yield running


def rows(server: Server, **query: Any) -> list[dict[str, Any]]:
    """The queue as it is shown."""
    answer = server.call("finance", "GET", "v2/admin/withdrawal-queue", params={"total_per_page": 200, **query})
    found: list[dict[str, Any]] = answer.json()["data"]["data"]
    return found


def untouched(server: Server) -> dict[str, Any]:
    """A request that nobody has decided anything about, and no batch holds: the last of them."""
    return [row for row in rows(server, free="true") if row["status"] == "requested" and not row["approvals"]][-1]


def places_of_payable(server: Server) -> list[int]:
    """Where the requests stand in the queue, from 0, that a batch takes as they are."""
    payable = server.payable_withdrawals()
    return [at for at, row in enumerate(rows(server)[:50]) if row["withdrawal_id"] in payable]


def rupiah(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")


def is_open(page: Page, row: dict[str, Any]) -> None:
    """The marked row is this request, and so is the one on the right, whose keys act."""
    settled(page)
    expect(page.locator(MARKED)).to_contain_text(rupiah(row["nominal"]))
    heading = page.locator(".st-key-request").get_by_role("heading").first
    expect(heading).to_contain_text(rupiah(row["nominal"]))
    expect(page.locator(f"[class*='st-key-wd-approve-{row['withdrawal_id']}']")).to_be_visible()


def press(page: Page, key: str) -> None:
    with rerun(page):
        page.keyboard.press(key)


def reject(page: Page) -> None:
    press(page, "x")
    dialog = page.get_by_role("dialog")
    write(page, dialog.get_by_label("Catatan"), "rekening tidak cocok")
    button(dialog, "Tolak")
    expect(dialog).to_have_count(0)


def test_keys_act_on_the_marked_request_and_the_next_in_order_follows(server: Server, enter: Enter) -> None:
    queue = rows(server)
    page = enter("finance", "/withdrawal")
    is_open(page, queue[0])  # open by default, nobody clicked
    reject(page)
    assert server.status_of(queue[0]["withdrawal_id"]) == "rejected"
    is_open(page, queue[1])
    press(page, "j")
    is_open(page, queue[2])
    press(page, "k")
    is_open(page, queue[1])
    reject(page)
    assert server.status_of(queue[1]["withdrawal_id"]) == "rejected"
    is_open(page, queue[2])


@pytest.mark.parametrize("band", ["", "low"])
def test_after_the_last_of_a_page_the_first_of_the_next_one_opens(server: Server, enter: Enter, band: str) -> None:
    queue = rows(server, band=band)
    assert len(queue) > 20
    page = enter("finance", f"/withdrawal?wd_risiko={band}&wd_baris=20&id={queue[19]['withdrawal_id']}")
    is_open(page, queue[19])
    press(page, "j")
    is_open(page, queue[20])
    assert "wd_hal=2" in page.url
    press(page, "k")
    is_open(page, queue[19])
    reject(page)
    is_open(page, queue[20])


def test_five_decisions_by_keys_take_ten_keys(server: Server, enter: Enter) -> None:
    page = enter("finance", "/withdrawal?wd_risiko=low")
    keys = decisions = 0
    while decisions < 5:
        settled(page)
        approve = page.get_by_role("button", name=re.compile("^Setujui")).first
        expect(approve).to_be_visible()
        shown = page.evaluate("location.search")
        assert approve.is_enabled()
        for key in ("a", "Control+Enter"):
            press(page, key)
            keys += 1
            if key == "a":
                expect(page.get_by_role("dialog").get_by_label("Komentar")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        decisions += 1
        if decisions < 5:
            page.wait_for_function("shown => location.search !== shown", arg=shown)
            number = page.evaluate("new URLSearchParams(location.search).get('id')")
            # the keys of a request are those of its own buttons
            expect(page.locator(f"[class*='st-key-wd-approve-{number}']")).to_be_visible()
    assert keys == 10


class Clicks:
    """Clicks of a task, counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, act: Callable[[], None]) -> None:
        act()
        self.count += 1


def test_ten_ticked_rows_become_a_bank_file_in_fourteen_clicks_and_the_result_is_told(
    server: Server, enter: Enter, browser: Browser
) -> None:
    payable = places_of_payable(server)[:10]
    page = enter("finance", "/withdrawal?wd_baris=50")
    settled(page)
    click = Clicks()
    ticks = page.locator('tbody input[type="checkbox"]')
    for count, at in enumerate(payable, 1):
        with rerun(page):
            click(ticks.nth(at).click)
        expect(page.locator(".st-key-chosen-bar")).to_contain_text(f"{count} dipilih")
    bar = page.locator(".st-key-chosen-bar")
    expect(bar).to_be_in_viewport()
    click(bar.get_by_role("link", name="Buat batch").click)
    expect(page.get_by_text("Uji coba: 10 baris")).to_be_visible()
    with rerun(page):
        click(page.get_by_role("button", name="Buat batch").click)
    with rerun(page):
        click(page.get_by_role("dialog").get_by_role("button", name="Buat batch").click)
    expect(page.get_by_role("button", name="Setujui batch")).to_be_disabled()
    batch = server.call("finance", "GET", "v2/admin/payout/batch").json()["data"]["data"][0]
    body = {"row_count": 10, "total": batch["total"]}
    path = f"v2/admin/payout/batch/{batch['id']}/approval"
    assert server.call("finance2", "POST", path, json=body, headers={"Idempotency-Key": "x" * 32}).status_code == 200
    page.reload()  # the checker's part is another person's
    with page.expect_download() as waiting:
        click(page.get_by_role("button", name="File bank CSV").click)
    assert click.count <= 14
    lines = list(csv.reader(waiting.value.path().read_text(encoding="utf-8-sig").splitlines()))[1:]
    states = ["Berhasil"] * 7 + ["Gagal"] * 2  # the bank says nothing of the tenth
    answer = ["Referensi;Nominal;No Rekening;Status"]
    for line, state in zip(lines, states, strict=False):
        account = line[6].removeprefix('="').removesuffix('"')  # so that a spreadsheet keeps its zeros
        answer.append(";".join([line[1], line[8], account, state]))
    upload: Any = {"name": "hasil.csv", "mimeType": "text/csv", "buffer": "\n".join(answer).encode()}
    with rerun(page):
        page.locator("input[type=file]").set_input_files([upload])
    expect(page.get_by_text("Cocok, dibayar").first).to_be_visible()
    button(page, "Impor hasil")
    button(page.get_by_role("dialog"), "Impor hasil")
    said = page.get_by_text("7 dikonfirmasi, 2 gagal, 1 belum jelas")
    expect(said).to_be_visible()
    expect(page.locator("[data-testid=stAlertContentError]")).to_have_count(0)
    expect(page.get_by_text("File ini sudah diimpor")).to_be_visible()


def test_paid_per_bank_this_week_takes_two_clicks(enter: Enter) -> None:
    page = enter("finance", "/withdrawal")
    with rerun(page):
        page.get_by_test_id("stButtonGroup").get_by_text("Dibayar", exact=True).click()
    answer = re.compile("Dibayar per bank|Tidak ada withdrawal yang dibayar")  # whatever the week had so far
    expect(page.get_by_text(answer).first).to_be_visible()
    expect(page.get_by_test_id("stSelectbox").locator("input").first).to_have_value("Minggu ini")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_the_actions_of_a_request_are_in_view_and_its_account_is_copied_by_one_click(
    server: Server, enter: Enter, browser: Browser, size: tuple[int, int]
) -> None:
    row = untouched(server)
    view: Any = {"width": size[0], "height": size[1]}
    with browser.new_context(viewport=view, locale="id-ID", permissions=["clipboard-read", "clipboard-write"]) as own:
        page = enter("finance", f"/withdrawal?id={row['withdrawal_id']}", within=own)
        settled(page)
        expect(page.locator(".st-key-request .risk-parts")).to_be_attached()
        expect(page.get_by_role("button", name=re.compile("^Tolak"))).to_be_in_viewport(ratio=1)
        if size[0] > 1000:
            expect(page.locator(".st-key-request .risk-parts > ul")).to_be_in_viewport(ratio=0.99)
        page.get_by_role("button", name="Salin rekening").click()
        assert page.evaluate("navigator.clipboard.readText()") == row["bank_account_no"]


def test_a_session_that_ended_in_another_tab_keeps_what_was_typed(server: Server, enter: Enter) -> None:
    withdrawal = untouched(server)["withdrawal_id"]
    page = enter("finance", f"/withdrawal?id={withdrawal}")
    button(page, "Tolak")
    write(page, page.get_by_role("dialog").get_by_label("Catatan"), "rekening tidak cocok")
    other = page.context.new_page()
    other.goto(f"{server.url}/tiket")
    other.get_by_text("Keluar", exact=True).click()
    other.wait_for_url("**/login*")
    expect(page.locator("input[name=password]")).to_be_visible()
    assert server.status_of(withdrawal) in ("requested", "on_review")
    sign_in(page, "finance")
    page.wait_for_url(f"**/withdrawal?id={withdrawal}")
    button(page, "Tolak")
    expect(page.get_by_role("dialog").get_by_label("Catatan")).to_have_value("rekening tidak cocok")
