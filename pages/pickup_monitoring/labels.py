"""Words of the pickup monitoring."""

from dashboard.i18n import _, pgettext
from queries import pickups


def delay_status(status: str) -> str:
    """The state of an airway bill against its pickup schedule."""
    match status:
        case pickups.OVERDUE:
            return _("Terlewati")
        case pickups.LATE:
            return _("Terlambat")
        case pickups.ON_TIME:
            return _("Tepat Waktu")
        case pickups.WAITING:
            return _("Menunggu")
        case pickups.CANCELED:
            return pgettext("pickup", "Batal")
        case _:
            raise ValueError(f"not the state of a pickup: {status}")
