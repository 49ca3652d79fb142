"""Words of a partner's page."""

from typing import assert_never

from dashboard.i18n import _
from vocabulary import ProblemMark


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
