"""Codes of the review in the reader's words."""

from typing import assert_never

from dashboard import format as fmt
from dashboard.actions.review import PriorityPoints
from dashboard.actions.risk import PartKey
from dashboard.i18n import _
from vocabulary import DecisionKind

_COUNTED = ("shipped", "returned", "problem")
_WINDOWS = ("30", "90", "life")


def decision_kind(kind: str) -> str:
    """What a person did with a withdrawal."""
    match known := DecisionKind(kind):
        case DecisionKind.ON_REVIEW:
            return _("Meninjau")
        case DecisionKind.APPROVED:
            return _("Menyetujui")
        case DecisionKind.SENT_BACK:
            return _("Mengembalikan")
        case DecisionKind.COMPLETED:
            return _("Membayar")
        case DecisionKind.REJECTED:
            return _("Menolak")
        case DecisionKind.CANCELED:
            return _("Membatalkan")
        case DecisionKind.REVERSED:
            return _("Mencatat dana kembali")
        case _:
            assert_never(known)


def part_label(key: PartKey) -> str:
    """The name of a part of the score."""
    match key:
        case "retur":
            return _("Retur 90 hari")
        case "problem":
            return _("Masalah 90 hari")
        case "retur_trend":
            return _("Tren retur 30 hari")
        case "exposure":
            return _("Eksposur retur")
        case "unusual_amount":
            return _("Nominal tak biasa")
        case "new_partner":
            return _("Partner masih baru")
        case "new_account":
            return _("Rekening baru")
        case "account_name":
            return _("Nama rekening")
        case "shared_account":
            return _("Rekening bersama")
        case _:
            assert_never(key)


def number_label(number: str) -> str:
    """What a linked number of the dossier counts, in words."""
    counted, _sep, window = number.rpartition("_")
    if counted in _COUNTED and window in _WINDOWS:
        title = {"shipped": _("Pesanan terkirim"), "returned": _("Pesanan retur"), "problem": _("Pesanan bermasalah")}
        span = {"30": _("30 hari"), "90": _("90 hari"), "life": _("seumur hidup")}
        return f"{title[counted]}, {span[window]}"
    return {
        "cod_in_window": _("COD masih dalam masa retur 7 hari"),
        "arriving_return_shipping": _("Ongkir retur sedang kembali"),
        "running_return_shipping": _("Ongkir retur pesanan yang dikirim"),
    }[number]


def priority_sum(points: PriorityPoints) -> str:
    """The points by which the queue is ordered, as a sum."""
    return _("{total} = usia {age} + nominal {amount} + risiko {risk}").format(
        total=fmt.number(points.total),
        age=fmt.number(points.age),
        amount=fmt.number(points.amount),
        risk=fmt.number(points.risk),
    )
