"""Words of the reliability metrics."""

from dashboard.i18n import _


def columns() -> dict[str, str]:
    """The columns of a day, by their name in the contract."""
    return {
        "total_verification": _("Verifikasi (antrean)"),
        "total_dipacking": _("Dipacking (antrean)"),
        "total_dikirim": _("Dikirim (arus)"),
        "total_diterima": _("Diterima (arus)"),
        "total_retur": _("Retur (arus)"),
        "total_retur_done": _("Retur selesai (arus)"),
        "total_ticket_jne": _("Tiket JNE"),
        "total_ticket_sicepat": _("Tiket SICEPAT"),
        "total_ticket_idexpress": _("Tiket IDEXPRESS"),
        "total_ticket_other": _("Tiket lainnya"),
    }


def steps() -> dict[str, str]:
    """The states that an order goes through, by their name in the warehouse."""
    return {
        "Diajukan": _("Verifikasi"),
        "Dipacking": _("Dipacking"),
        "Dikirim": _("Dikirim"),
        "Diterima": _("Diterima"),
        "Retur": _("Retur"),
        "Retur Diterima": _("Retur selesai"),
    }
