"""Every page: where it is, what it is called, and who may open it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from dashboard.i18n import _, pgettext
from dashboard.links import PagePath
from queries import pickups, problem_partners, withdrawals

PAGES_DIR = Path(__file__).resolve().parent.parent / "pages"
Badge = Callable[[Connection, datetime], int]
ADMIN = ("admin",)
ANALYSTS = ("admin", "growth", "finance")
PAYERS = ("admin", "finance")


def _overdue_pickups(connection: Connection, now: datetime) -> int:
    return pickups.waiting_counts(connection, now).overdue


def _waiting_withdrawals(connection: Connection, _now: datetime) -> int:
    return withdrawals.waiting_count(connection)


def _unmarked_partners(connection: Connection, _now: datetime) -> int:
    return problem_partners.unmarked_count(connection)


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of the menu: its address, the module or folder of its script, its title, its group, an icon, and who may
    open it. A hidden one is reached by links only; `badge` counts what waits."""

    key: PagePath
    name: str
    title: str
    section: str
    icon: str
    roles: tuple[str, ...]
    badge: Badge | None = None
    hidden: bool = False

    @property
    def path(self) -> Path:
        """The page's script."""
        folder = PAGES_DIR / self.name
        return folder / "page.py" if folder.is_dir() else folder.with_suffix(".py")


def sections() -> dict[str, str]:
    """The groups of the menu in order, by key, in the reader's language."""
    return {"watch": _("Pantau"), "partner": _("Partner"), "money": _("Keuangan"), "manage": _("Kelola")}


def registry() -> tuple[PageEntry, ...]:
    """All pages in the order of the menu, by group."""
    return (*_watch(), *_partner(), *_money(), *_manage())


def _watch() -> tuple[PageEntry, ...]:
    return (
        PageEntry(
            PagePath.SUMMARY,
            "summary",
            _("Ringkasan"),
            "watch",
            ":material/dashboard:",
            ANALYSTS,
        ),
        PageEntry(
            PagePath.PICKUP_MONITORING,
            "pickup_monitoring",
            _("Monitoring Pickup"),
            "watch",
            ":material/local_shipping:",
            ANALYSTS,
            _overdue_pickups,
        ),
        PageEntry(
            PagePath.TICKET_TOTAL,
            "ticket_total",
            _("Total Tiket"),
            "watch",
            ":material/confirmation_number:",
            ANALYSTS,
        ),
        PageEntry(
            PagePath.RELIABILITY,
            "reliability",
            _("Metrik Reliabilitas"),
            "watch",
            ":material/monitoring:",
            ANALYSTS,
        ),
    )


def _partner() -> tuple[PageEntry, ...]:
    return (
        PageEntry(
            PagePath.PARTNER_GROWTH,
            "partner_growth",
            _("Perkembangan Partner"),
            "partner",
            ":material/trending_up:",
            ANALYSTS,
        ),
        PageEntry(
            PagePath.PROBLEM_PARTNERS,
            "problem_partners",
            pgettext("page", "Bermasalah"),
            "partner",
            ":material/report:",
            ADMIN,
            _unmarked_partners,
        ),
        PageEntry(
            PagePath.PARTNER_DETAIL,
            "partner_detail",
            _("Detail Partner"),
            "partner",
            ":material/storefront:",
            ANALYSTS,
            hidden=True,
        ),
        PageEntry(
            PagePath.ORDER,
            "order",
            _("Pesanan"),
            "partner",
            ":material/package_2:",
            ANALYSTS,
            hidden=True,
        ),
        PageEntry(
            PagePath.TICKET,
            "ticket",
            _("Tiket"),
            "partner",
            ":material/confirmation_number:",
            ANALYSTS,
            hidden=True,
        ),
    )


def _money() -> tuple[PageEntry, ...]:
    return (
        PageEntry(
            PagePath.WITHDRAWAL_REVIEW,
            "withdrawal",
            _("Review Withdrawal"),
            "money",
            ":material/payments:",
            PAYERS,
            _waiting_withdrawals,
        ),
        PageEntry(
            PagePath.PAYOUT_BATCH,
            "payouts",
            _("Batch Pembayaran"),
            "money",
            ":material/inventory_2:",
            PAYERS,
        ),
        PageEntry(
            PagePath.INCOME,
            "income",
            _("Pendapatan & Profit"),
            "money",
            ":material/account_balance:",
            PAYERS,
        ),
    )


def _manage() -> tuple[PageEntry, ...]:
    return (
        PageEntry(
            PagePath.DATA_HEALTH,
            "data_health",
            _("Kesehatan Data"),
            "manage",
            ":material/monitor_heart:",
            ADMIN,
        ),
        PageEntry(
            PagePath.USERS,
            "users",
            _("Pengguna & Peran"),
            "manage",
            ":material/manage_accounts:",
            ADMIN,
        ),
        PageEntry(
            PagePath.AUDIT,
            "audit",
            _("Audit"),
            "manage",
            ":material/policy:",
            PAYERS,
        ),
    )


def pages_for(role: str) -> tuple[PageEntry, ...]:
    """The pages that a role may open; a page whose file was taken out is not listed."""
    return tuple(entry for entry in registry() if role in entry.roles and entry.path.is_file())
