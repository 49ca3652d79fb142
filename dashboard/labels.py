"""Codes of the stores in the reader's words."""

from dashboard.i18n import _


def withdrawal_status(status: str) -> str:
    """requested -> Diminta, ..."""
    return {
        "requested": _("Diminta"),
        "on_review": _("Ditinjau"),
        "completed": _("Selesai"),
        "rejected": _("Ditolak"),
        "canceled": _("Dibatalkan"),
        "reversed": _("Dikembalikan bank"),
    }[status]


def ticket_status(status: str) -> str:
    """open -> Terbuka, ..."""
    return {"open": _("Terbuka"), "in_progress": _("Diproses"), "closed": _("Ditutup")}.get(status, status)


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
        "fct_withdrawals": _("Withdrawal"),
        "fct_ledger": _("Mutasi saldo"),
        "fct_partner_notes": _("Catatan partner"),
    }.get(table, table)


def run_mode(mode: str) -> str:
    """first_load -> Muat awal, ..."""
    return {
        "first_load": _("Muat awal"),
        "increment": _("Perubahan"),
    }.get(mode, mode)


def run_status(status: str) -> str:
    """ok -> Berhasil, ..."""
    return {"ok": _("Berhasil"), "failed": _("Gagal")}.get(status, status)
