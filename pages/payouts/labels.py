"""Words of payout batches."""

from typing import assert_never

from dashboard.actions import payouts
from dashboard.client import api
from dashboard.i18n import _
from vocabulary import RowState

GENERIC = "generic"


def profile_titles() -> dict[str, str]:
    """The banks' formats of a batch's file, by their keys."""
    return {each.key: each.title for each in payouts.profiles(api())} | {GENERIC: _("Daftar umum")}


def profile_title(key: str) -> str:
    """The name of a format; one that is no longer offered keeps its key."""
    return profile_titles().get(key, key)


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
