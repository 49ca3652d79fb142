"""What people do with the product, in a real browser against a real server."""

import io
import re
import struct
import zlib
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import Enter, Server, form, sign_in
from tests.journeys.waiting import button, rerun, settled, write

PAGES = {
    "/ringkasan": ("Ringkasan", "Summary"),
    "/pickup": ("Monitoring Pickup", "Pickup monitoring"),
    "/tiket": ("Total Tiket", "Ticket totals"),
    "/reliabilitas": ("Metrik Reliabilitas", "Reliability metrics"),
    "/partner-growth": ("Perkembangan Partner", "Partner growth"),
    "/partner-growth?tampilan=juragan": ("Juragan", "Juragan"),
    "/bermasalah": ("Bermasalah", "Problem partners"),
    "/withdrawal": ("Review Withdrawal", "Withdrawal review"),
    "/batch": ("Batch Pembayaran", "Payout batches"),
    "/pendapatan": ("Pendapatan & Profit", "Income & Profit"),
    "/pengguna": ("Pengguna & Peran", "Users & Roles"),
    "/audit": ("Audit", "Audit"),
    "/kesehatan-data": ("Kesehatan Data", "Data health"),
}


def png(shade: int) -> bytes:
    """A real picture, another one for each shade."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([shade] * 8) for _row in range(8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def no_error(page: Page) -> None:
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.locator("[data-testid=stAlertContentError]")).to_have_count(0)


def low_risk(server: Server) -> list[dict[str, Any]]:
    """The queue of low risk, most urgent first."""
    rows = server.call("finance", "GET", "v2/admin/withdrawal-queue?total_per_page=200&band=low").json()["data"]["data"]
    return [row for row in rows if row["batch"] is None]


def test_sign_in_and_out(server: Server, context: BrowserContext) -> None:
    page = form(server, context)
    sign_in(page, "admin")
    settled(page)
    page.reload()
    expect(page.locator("h1").first).to_be_visible()
    assert "/login" not in page.url
    page.get_by_text("Keluar", exact=True).click()
    page.wait_for_url("**/login*")
    page.goto(f"{server.url}/tiket")
    assert "/login" in page.url


def test_a_page_whose_session_ended_elsewhere_clears_itself_and_leads_back(
    server: Server, context: BrowserContext
) -> None:
    page = form(server, context, "/pickup?kurir=JNE")
    sign_in(page, "growth")
    settled(page)
    server.call("growth", "POST", "v1/logout")
    expect(page.get_by_text("Sesi berakhir. Silakan masuk lagi.")).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    sign_in(page, "growth")
    expect(page).to_have_url(f"{server.url}/pickup?kurir=JNE")


def test_a_wrong_password_is_told(server: Server, context: BrowserContext) -> None:
    page = form(server, context)
    sign_in(page, "mitra", "salah")
    expect(page.get_by_text("Nama pengguna atau kata sandi salah.")).to_be_visible()


def test_a_phone_folds_the_filters(enter: Enter, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, locale="id-ID") as phone:
        page = enter("admin", "/tiket?periode=month", within=phone)
        settled(page)
        period = page.get_by_test_id("stSelectbox").filter(has_text="Periode")
        expect(period).to_be_hidden()
        page.get_by_text("Tampilkan saringan").click()
        expect(period).to_be_visible()
        expect(period.locator("input")).to_have_value("Bulan ini")


def test_a_deep_link_restores_the_filters_after_sign_in(server: Server, context: BrowserContext) -> None:
    page = form(server, context, "/pickup?tampil=semua&kurir=JNE&q=JNE0")
    sign_in(page, "growth")
    settled(page)
    expect(page.get_by_placeholder("Cari resi atau nama")).to_have_value("JNE0")
    expect(page.get_by_test_id("stMultiSelect").get_by_text("JNE", exact=True)).to_be_visible()
    chips = page.locator(".st-key-filter-chips")
    expect(chips.get_by_text("Tampilkan: Semua", exact=True)).to_be_visible()
    assert "q=JNE0" in page.url


def test_a_clicked_bar_shows_the_tickets_of_its_day_and_courier(enter: Enter) -> None:
    page = enter("admin", "/tiket")
    settled(page)
    bars = page.locator(".plotly .barlayer .point path")
    bars.first.element_handle().wait_for_element_state("stable")
    boxes = [box for at in range(bars.count()) if (box := bars.nth(at).bounding_box()) and box["height"] > 8]
    middle = boxes[0]["x"] + boxes[0]["width"] / 2, boxes[0]["y"] + boxes[0]["height"] / 2
    page.mouse.move(*middle)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()  # the chart knows which bar is meant
    with rerun(page):
        page.mouse.click(*middle)
    reply = page.get_by_text(re.compile(r"Tiket \d+ \w+ \d{4}, [A-Z]+; klik dua kali"))
    expect(reply).to_be_visible()
    expect(page.get_by_text(re.compile(r"^1-\d+ dari \d{1,2}$"))).to_be_visible()


def test_finance_pays_with_a_proof_that_fits(server: Server, enter: Enter) -> None:
    payable = server.payable_withdrawals()
    request = next(row for row in server.waiting_withdrawals() if row["withdrawal_id"] in payable)
    withdrawal = request["withdrawal_id"]
    page = enter("finance", f"/withdrawal?id={withdrawal}")
    button(page, "Bayar")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("keluar dari saldo partner")).to_be_visible()
    button(dialog, "Catat pembayaran")
    expect(dialog.get_by_text("Unggah bukti transfer dulu.")).to_be_visible()
    with rerun(page):
        dialog.locator("input[type=file]").set_input_files(
            [{"name": "bukti.png", "mimeType": "image/png", "buffer": png(7)}]
        )
    write(page, dialog.get_by_label("Nominal di bukti"), f"{request['nominal'] + 1}")
    write(page, dialog.get_by_label("4 digit akhir rekening"), request["bank_account_no"][-4:])
    write(page, dialog.get_by_label("Catatan"), "transfer 10.15")
    button(dialog, "Catat pembayaran")
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("tertulis")
    write(page, dialog.get_by_label("Nominal di bukti"), f"{request['nominal']:,}".replace(",", "."))
    button(dialog, "Catat pembayaran")
    expect(dialog).to_have_count(0)
    assert server.status_of(withdrawal) == "completed"
    page.goto(f"{server.url}/withdrawal?id={withdrawal}")
    page.get_by_text("Bukti transfer").first.click()
    expect(page.get_by_role("img", name="Bukti transfer")).to_be_visible()
    expect(page.get_by_role("button", name="Bayar")).to_have_count(0)
    button(page, "Lihat saat itu")
    expect(page.get_by_role("dialog").get_by_text("Potret ini persis yang tampil di layar.")).to_be_visible()


def test_what_is_typed_while_the_proof_is_uploaded_stays(server: Server, enter: Enter) -> None:
    page = enter("finance", f"/withdrawal?id={server.waiting_withdrawals()[0]['withdrawal_id']}")
    button(page, "Bayar")
    dialog = page.get_by_role("dialog")
    amount = dialog.get_by_label("Nominal di bukti")
    held: list[Route] = []
    page.route("**/upload_file/**", lambda route: held.append(route))
    with page.expect_request("**/upload_file/**"):
        dialog.locator("input[type=file]").set_input_files(
            [{"name": "bukti.png", "mimeType": "image/png", "buffer": png(9)}]
        )
    amount.press_sequentially("1.234.567")
    expect(dialog.get_by_role("img", name="Bukti transfer")).to_have_count(0)
    with rerun(page):
        for upload in held:
            upload.continue_()
    expect(dialog.get_by_role("img", name="Bukti transfer")).to_be_visible()
    expect(amount).to_have_value("1.234.567")


def test_finance_rejects_with_a_note_and_goes_on_to_the_next(server: Server, enter: Enter) -> None:
    withdrawal = server.waiting_withdrawals()[1]["withdrawal_id"]
    page = enter("finance", f"/withdrawal?id={withdrawal}")
    button(page, "Tolak")
    dialog = page.get_by_role("dialog")
    write(page, dialog.get_by_label("Catatan"), "rekening tidak cocok")
    button(dialog, "Tolak")
    expect(dialog).to_have_count(0)
    assert server.status_of(withdrawal) == "rejected"
    page.wait_for_function(f"() => !location.search.includes('id={withdrawal}')")
    page.goto(f"{server.url}/withdrawal?id={withdrawal}")
    expect(page.get_by_text("rekening tidak cocok").first).to_be_visible()


def test_a_batch_from_the_queue_to_the_banks_answer(server: Server, enter: Enter, browser: Browser) -> None:
    page = enter("finance", "/withdrawal?wd_baris=50")
    settled(page)
    for picked, key in enumerate(server.payable_withdrawals()[:2], 1):
        if f"id={key}" not in page.url:
            with rerun(page):
                page.locator(f'tr[data-key="{key}"]').click()
        expect(page.locator(f".st-key-wd-pick-{key} button")).to_be_visible()
        with rerun(page):
            page.keyboard.press("p")
        expect(page.locator(".st-key-chosen-bar")).to_contain_text(f"{picked} dipilih")
    page.locator(".st-key-chosen-bar").get_by_role("link", name="Buat batch").click()
    page.wait_for_url("**/batch*")
    expect(page.get_by_text("Uji coba: 2 baris")).to_be_visible()
    button(page, "Buat batch")
    button(page.get_by_role("dialog"), "Buat batch")
    expect(page.get_by_text("Menunggu pemeriksa").first).to_be_visible()
    expect(page.get_by_role("button", name="Setujui batch")).to_be_disabled()
    batch = server.call("finance", "GET", "v2/admin/payout/batch").json()["data"]["data"][0]
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID") as other:
        checker = enter("finance2", f"/batch?batch={batch['id']}", within=other)
        button(checker, "Setujui batch")
        dialog = checker.get_by_role("dialog")
        write(checker, dialog.get_by_label("Ketik jumlah baris"), "2")
        write(checker, dialog.get_by_label("Ketik total rupiah"), "1")
        button(dialog, "Setujui batch")
        expect(dialog.get_by_text("harus sama dengan batch ini")).to_be_visible()
        write(checker, dialog.get_by_label("Ketik total rupiah"), str(batch["total"]))
        button(dialog, "Setujui batch")
        expect(dialog).to_have_count(0)
        with checker.expect_download() as waiting:
            checker.get_by_role("button", name="File bank CSV").click()
        written = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
        answer = ["Referensi;Nominal;No Rekening;Status"]
        answer += [";".join([*(line.split(",")[at] for at in (1, 8, 6)), "Berhasil"]) for line in written[1:3]]
        with rerun(checker):
            checker.locator("input[type=file]").set_input_files(
                [{"name": "hasil.csv", "mimeType": "text/csv", "buffer": "\n".join(answer).encode()}]
            )
        expect(checker.get_by_text("Cocok, dibayar").first).to_be_visible()
        button(checker, "Impor hasil")
        button(checker.get_by_role("dialog"), "Impor hasil")
        expect(checker.get_by_role("dialog")).to_have_count(0)
    found = server.call("finance", "GET", "v2/admin/payout/reconciliation").json()["data"]["batches"][0]
    assert (found["status"], found["confirmed"], found["difference"]) == ("closed", batch["total"], 0)
    trail = enter("finance", "/audit")
    expect(trail.get_by_text("peristiwa tercatat hari ini")).to_be_visible()
    button(trail, "Periksa rantai")
    expect(trail.get_by_text("Rantai utuh")).to_be_visible()


def test_the_second_of_two_decisions_is_refused(server: Server, enter: Enter, browser: Browser) -> None:
    withdrawal = server.waiting_withdrawals()[2]["withdrawal_id"]
    first = enter("finance", f"/withdrawal?id={withdrawal}")
    with browser.new_context(viewport={"width": 1440, "height": 1000}, locale="id-ID") as other:
        second = enter("finance2", f"/withdrawal?id={withdrawal}", within=other)
        for page in (first, second):
            button(page, "Tolak")
            write(page, page.get_by_role("dialog").get_by_label("Catatan"), "sama-sama")
        button(first.get_by_role("dialog"), "Tolak")
        expect(first.get_by_role("dialog")).to_have_count(0)
        button(second.get_by_role("dialog"), "Tolak")
        refusal = second.get_by_role("dialog").get_by_test_id("stAlert")
        expect(refusal).to_be_visible()
        expect(refusal).to_contain_text("Withdrawal berubah sejak Anda membukanya")
        expect(refusal).to_contain_text("Kode untuk dilaporkan")
        button(second.get_by_role("dialog"), "Batal")
        expect(second.get_by_text("Ditolak").first).to_be_visible()
    assert server.status_of(withdrawal) == "rejected"


def test_growth_can_neither_see_nor_decide_withdrawals(server: Server, enter: Enter) -> None:
    page = enter("growth", "/withdrawal")
    settled(page)
    expect(page.get_by_role("button", name="Setujui")).to_have_count(0)
    expect(page.get_by_text("Tidak ada akses")).to_be_visible()
    withdrawal = server.waiting_withdrawals()[-1]["withdrawal_id"]
    answer = server.call(
        "growth", "PUT", f"v2/admin/withdrawal/update/{withdrawal}?status=rejected", data={"notes": "tidak boleh"}
    )
    assert answer.status_code == 403
    assert server.status_of(withdrawal) == "requested"


def test_a_note_appears_on_every_page_that_shows_it(server: Server, enter: Enter) -> None:
    rows = server.call("growth", "GET", "v1/admin/partner/growth/juragan?limits=1").json()["data"]
    partner, note = rows[0]["partner_id"], "minta diskon ongkir"
    page = enter("growth", f"/partner?id={partner}&bagian=catatan")
    button(page, "Tulis catatan")
    dialog = page.get_by_role("dialog")
    write(page, dialog.locator("textarea"), note)
    button(dialog, "Simpan")
    expect(dialog).to_have_count(0)
    again = server.call("growth", "GET", f"v1/admin/partner/growth/juragan?limits=1&search={rows[0]['no_hp']}")
    assert again.json()["data"][0]["notes"] == note
    button(page, "Tulis catatan")
    history = page.get_by_role("dialog")
    expect(history.get_by_text(note)).to_be_visible()
    expect(history.get_by_text(re.compile("Gita Growth"))).to_be_visible()


def test_the_export_holds_what_the_screen_counts(enter: Enter) -> None:
    page = enter("admin", "/tiket?periode=30d")
    settled(page)
    counted = page.get_by_text(re.compile(r"^\d[\d.]*-[\d.]+ dari [\d.]+$")).first
    expect(counted).to_be_visible()  # a part that waits for the one over it has no text yet
    total = int(counted.inner_text().split(" dari ")[1].replace(".", ""))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="XLSX").click()
    book = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) - 1 == total > 0
    facts = {str(key): str(value) for key, value in book.worksheets[1].iter_rows(values_only=True)}
    assert facts["Jumlah baris"] == str(total)


@pytest.mark.parametrize("count", [6, pytest.param(20, marks=pytest.mark.long)])
def test_requests_of_low_risk_one_after_the_other_without_the_mouse(server: Server, enter: Enter, count: int) -> None:
    page = enter("finance", "/withdrawal?wd_risiko=low")
    before = low_risk(server)
    mine = before[:count]
    handled = 0
    for turn in range(len(mine)):
        settled(page)
        approve = page.get_by_role("button", name=re.compile("^Setujui")).first
        expect(approve).to_be_visible()
        shown = page.evaluate("location.search")
        if approve.is_enabled():
            with rerun(page):
                page.keyboard.press("a")
            dialog = page.get_by_role("dialog")
            expect(dialog.get_by_label("Komentar")).to_be_visible()
            expect(dialog.get_by_role("button", name=re.compile("^Setujui"))).to_be_visible()  # it takes the key
            with rerun(page):
                page.keyboard.press("Control+Enter")
            expect(dialog).to_have_count(0)
            handled += 1
            if turn < len(mine) - 1:  # the next request opens by itself
                page.wait_for_function("shown => location.search !== shown", arg=shown)
        elif turn < len(mine) - 1:
            with rerun(page):
                page.keyboard.press("j")
    after = low_risk(server)
    approved = sum(row["approvals"] for row in after) - sum(row["approvals"] for row in before)
    assert approved == handled >= len(mine) - 1 > 0
