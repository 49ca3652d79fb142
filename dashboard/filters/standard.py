"""Filters that several pages have."""

from collections.abc import Sequence

from dashboard.filters.choice import Several
from dashboard.filters.toggle import Toggle
from dashboard.i18n import _
from dashboard.links import COMPARE, COURIERS


def courier_filter(codes: Sequence[str]) -> Several:
    """Some of the couriers that there are data of."""
    return Several(COURIERS, _("Kurir"), codes, _("Semua kurir"))


def comparison() -> Toggle:
    """Whether numbers are compared with the period before."""
    return Toggle(COMPARE, _("Bandingkan"), _("Tanpa pembanding"), default=True)
