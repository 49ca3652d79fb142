"""Words of the reliability metrics."""

from dashboard.i18n import _
from dashboard.labels import order_state
from vocabulary import OrderState


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


STEPS = (
    OrderState.DIAJUKAN,
    OrderState.DIPACKING,
    OrderState.DIKIRIM,
    OrderState.DITERIMA,
    OrderState.RETUR,
    OrderState.RETUR_DITERIMA,
)
"""The states that an order goes through, in their order."""


def step(state: OrderState) -> str:
    """A state as the step that leads to it; an order that is submitted waits for verification."""
    return _("Verifikasi") if state is OrderState.DIAJUKAN else order_state(state)
