"""Every page: where it is, what it is called, and who may open it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from dashboard.i18n import _
from queries import pickups, withdrawals

PAGES_DIR = Path(__file__).resolve().parent.parent / "pages"
Badge = Callable[[Connection, datetime], int]
ADMIN = ("admin",)
ANALYSTS = ("admin", "growth", "finance")
PAYERS = ("admin", "finance")


def _overdue_pickups(connection: Connection, now: datetime) -> int:
    return pickups.waiting_counts(connection, now).overdue


def _waiting_withdrawals(connection: Connection, _now: datetime) -> int:
    return withdrawals.waiting_count(connection)


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of the menu; `title` and `section` are msgids. A hidden one is reached by links only."""

    key: str
    file: str
    title: str
    section: str
    icon: str
    roles: tuple[str, ...]
    badge: Badge | None = None
    hidden: bool = False

    @property
    def path(self) -> Path:
        """The page's script."""
        return PAGES_DIR / self.file


def sections() -> dict[str, str]:
    """The groups of the menu in order, by key, in the reader's language."""
    return {"watch": _("Pantau"), "partner": _("Partner"), "money": _("Keuangan"), "manage": _("Kelola")}


def registry() -> tuple[PageEntry, ...]:
    """All pages in the order of the menu; `key` is the path of the address."""
    icon = ":material/{}:".format
    return (
        PageEntry(
            "pickup", "pickup_monitoring.py", _("Monitoring Pickup"), "watch", icon("local_shipping"), ANALYSTS,
            _overdue_pickups,
        ),
        PageEntry("tiket", "ticket_total.py", _("Total Tiket"), "watch", icon("confirmation_number"), ANALYSTS),
        PageEntry("reliabilitas", "reliability.py", _("Metrik Reliabilitas"), "watch", icon("monitoring"), ANALYSTS),
        PageEntry(
            "partner-growth", "partner_growth.py", _("Perkembangan Partner"), "partner", icon("trending_up"), ANALYSTS
        ),
        PageEntry(
            "partner", "partner_detail.py", _("Detail Partner"), "partner", icon("storefront"), ANALYSTS, hidden=True
        ),
        PageEntry(
            "withdrawal", "withdrawal_review.py", _("Review Withdrawal"), "money", icon("payments"), PAYERS,
            _waiting_withdrawals,
        ),
        PageEntry("batch", "payout_batch.py", _("Batch Pembayaran"), "money", icon("inventory_2"), PAYERS),
        PageEntry("kesehatan-data", "data_health.py", _("Kesehatan Data"), "manage", icon("monitor_heart"), ADMIN),
        PageEntry("audit", "audit.py", _("Audit"), "manage", icon("policy"), PAYERS),
    )  # fmt: skip


def pages_for(role: str) -> tuple[PageEntry, ...]:
    """The pages that a role may open; a page whose file was taken out is not listed."""
    return tuple(entry for entry in registry() if role in entry.roles and entry.path.is_file())
