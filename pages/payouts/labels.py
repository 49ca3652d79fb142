"""Words of payout batches."""

from typing import assert_never

from dashboard.i18n import _
from vocabulary import RowState


def row_state(state: str) -> str:
    """Where a row of a batch stands."""
    match known := RowState(state):
        case RowState.PROPOSED:
            return _("Diusulkan")
        case RowState.SENT:
            return _("Di bank")
        case RowState.MATCHED:
            return _("Cocok, dibayar")
        case RowState.MISMATCHED:
            return _("Tidak cocok")
        case RowState.SUSPECT:
            return _("Meragukan")
        case RowState.FAILED:
            return _("Gagal")
        case RowState.RELEASED:
            return _("Dilepas")
        case _:
            assert_never(known)
