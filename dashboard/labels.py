"""Codes of the stores in the reader's words, those that several pages show."""

from typing import assert_never

from dashboard import format as fmt
from dashboard.actions.risk import Band
from dashboard.i18n import _, pgettext
from vocabulary import BatchStatus, DifferenceKind, OrderState, PaymentMethod, TicketStatus, WithdrawalStatus


def role_name(role: str) -> str:
    """A role, of those that may enter the dashboard and those that may not."""
    return {
        "admin": _("Admin"),
        "growth": _("Tim growth"),
        "finance": _("Tim keuangan"),
        "mitra": _("Mitra"),
        "partner": _("Partner"),
    }[role]


def withdrawal_status(status: str) -> str:
    """The status of a withdrawal."""
    match known := WithdrawalStatus(status):
        case WithdrawalStatus.REQUESTED:
            return _("Diminta")
        case WithdrawalStatus.ON_REVIEW:
            return _("Ditinjau")
        case WithdrawalStatus.COMPLETED:
            return _("Selesai")
        case WithdrawalStatus.REJECTED:
            return _("Ditolak")
        case WithdrawalStatus.CANCELED:
            return _("Dibatalkan")
        case WithdrawalStatus.REVERSED:
            return _("Dikembalikan bank")
        case _:
            assert_never(known)


def approvals(count: int, needed: int) -> str:
    """2 dari 2: how many of the approvals that are needed there are."""
    return _("{count} dari {needed}").format(count=fmt.number(count), needed=fmt.number(needed))


def order_state(state: str) -> str:
    """The state of an order."""
    match known := OrderState(state):
        case OrderState.DIAJUKAN:
            return _("Diajukan")
        case OrderState.DIPACKING:
            return _("Dipacking")
        case OrderState.DIKIRIM:
            return _("Dikirim")
        case OrderState.DITERIMA:
            return _("Diterima")
        case OrderState.RETUR:
            return _("Retur")
        case OrderState.RETUR_DITERIMA:
            return _("Retur selesai")
        case OrderState.BATAL:
            return _("Dibatalkan")
        case _:
            assert_never(known)


def payment_method(method: str) -> str:
    """How the buyer pays."""
    match known := PaymentMethod(method):
        case PaymentMethod.COD:
            return _("COD")
        case PaymentMethod.BANK_TRANSFER:
            return _("Transfer bank")
        case _:
            assert_never(known)


def risk_band(band: Band) -> str:
    """low -> Rendah, ..."""
    match band:
        case "low":
            return _("Rendah")
        case "medium":
            return _("Sedang")
        case "high":
            return _("Tinggi")
        case _:
            assert_never(band)


def review_reason(reason: str) -> str:
    """Why two people are needed, or what to check first, in words."""
    return {
        "amount": _("nominal besar"),
        "risk_medium": _("risiko sedang"),
        "risk_high": _("risiko tinggi"),
        "account_changed": _("rekening partner diubah sesudah permintaan"),
        "new_account": _("rekening baru atau baru diubah"),
        "name_unchecked": _("nama rekening belum diperiksa"),
        "name_mismatch": _("nama rekening tidak cocok"),
        "partner_fake": _("partner ditandai palsu"),
        "partner_hold": _("partner ditahan"),
        "account_of_blocked_partner": _("rekening dipakai partner yang ditahan"),
        "same_account": _("rekening sama dengan baris lain"),
    }.get(reason, reason)


def batch_status(status: str) -> str:
    """The status of a payout batch."""
    match known := BatchStatus(status):
        case BatchStatus.PROPOSED:
            return _("Menunggu pemeriksa")
        case BatchStatus.APPROVED:
            return _("Disetujui")
        case BatchStatus.CLOSED:
            return _("Selesai")
        case BatchStatus.CANCELED:
            return _("Ditarik")
        case _:
            assert_never(known)


def ticket_status(status: str) -> str:
    """The status of a ticket; a file may hold one that the product does not know, which stays as it is."""
    if status not in tuple(TicketStatus):
        return status
    match known := TicketStatus(status):
        case TicketStatus.OPEN:
            return _("Terbuka")
        case TicketStatus.IN_PROGRESS:
            return _("Diproses")
        case TicketStatus.CLOSED:
            return _("Ditutup")
        case _:
            assert_never(known)


def job(table: str) -> str:
    """fct_orders -> Pesanan, ..."""
    return {
        "dim_partners": _("Data partner"),
        "dim_products": _("Produk"),
        "dim_shipments": _("Ekspedisi"),
        "dim_users": _("Pengguna"),
        "fct_orders": _("Pesanan"),
        "fct_order_events": _("Peristiwa pesanan"),
        "fct_pickups": _("Airway bill pickup"),
        "fct_tickets": _("Tiket"),
        "fct_ticket_messages": _("Pesan tiket"),
        "fct_withdrawals": pgettext("list", "Withdrawal"),
        "fct_ledger": _("Mutasi saldo"),
        "fct_partner_notes": _("Catatan partner"),
    }.get(table, table)


def run_mode(mode: str) -> str:
    """first_load -> Muat awal, ..."""
    return {
        "first_load": _("Muat awal"),
        "increment": _("Perubahan"),
        "backfill": _("Muat ulang semua"),
        "rebuild": _("Muat ulang tabel"),
        "reconcile": _("Cocokkan ulang"),
    }.get(mode, mode)


def verification_status(status: str) -> str:
    """agrees -> Sama, ..."""
    return {"agrees": _("Sama"), "differs": _("Berbeda"), "failed": _("Gagal")}.get(status, status)


def difference(kind: str) -> str:
    """changed -> nilainya lain, ..."""
    match known := DifferenceKind(kind):
        case DifferenceKind.CHANGED:
            return _("nilainya lain")
        case DifferenceKind.MISSING:
            return _("tidak ada di gudang data")
        case DifferenceKind.SURPLUS:
            return _("tidak ada di sumber")
        case DifferenceKind.REPEATED:
            return _("lebih dari sekali di gudang data")
        case DifferenceKind.QUARANTINE:
            return _("alasan karantinanya sudah lain")
        case _:
            assert_never(known)


def run_status(status: str) -> str:
    """ok -> Berhasil, ..."""
    return {"ok": _("Berhasil"), "failed": _("Gagal")}.get(status, status)
