"""Words of a partner's page."""

from typing import assert_never

from dashboard.i18n import _
from vocabulary import OrderState, PaymentMethod, ProblemMark


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


def problem_mark(mark: int | None) -> str | None:
    """What staff marked the partner as, if it matters now."""
    match known := ProblemMark(mark or 0):
        case ProblemMark.FAKE:
            return _("palsu")
        case ProblemMark.HOLD:
            return _("ditahan")
        case ProblemMark.UNMARKED | ProblemMark.UNHOLD:
            return None
        case _:
            assert_never(known)
