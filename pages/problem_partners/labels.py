"""Words of the marks of partners."""

from typing import Literal, assert_never

from dashboard.i18n import _
from vocabulary import ProblemMark


def mark_name(mark: ProblemMark) -> str:
    """What a partner is marked as."""
    match mark:
        case ProblemMark.UNMARKED:
            return _("Belum ditandai")
        case ProblemMark.FAKE:
            return _("Palsu")
        case ProblemMark.HOLD:
            return _("Ditahan")
        case ProblemMark.UNHOLD:
            return _("Dilepas")
        case _:
            assert_never(mark)


def mark_color(mark: ProblemMark) -> Literal["gray", "red", "orange", "green"]:
    """The colour beside the word."""
    match mark:
        case ProblemMark.UNMARKED:
            return "gray"
        case ProblemMark.FAKE:
            return "red"
        case ProblemMark.HOLD:
            return "orange"
        case ProblemMark.UNHOLD:
            return "green"
        case _:
            assert_never(mark)
