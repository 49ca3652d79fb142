"""The headline numbers of the pickup monitoring."""

from dashboard import format as fmt
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from queries.pickups import Punctuality, WaitingCounts


def draw_numbers(waiting: WaitingCounts, done: Punctuality, before: Punctuality | None) -> None:
    """What waits now, and how punctual the period was against the one before."""
    headlines(
        [
            Headline(
                _("Menunggu"),
                fmt.number(waiting.waiting),
                help=_("Paket yang belum diserahkan ke kurir, sekarang, semua tanggal."),
            ),
            Headline(
                _("Terlewati"),
                fmt.number(waiting.overdue),
                help=_("Menunggu dan sudah melewati jadwal pickup."),
                part=waiting.overdue,
                whole=waiting.waiting,
            ),
            Headline(
                _("Rata-rata telat"),
                fmt.duration(done.mean_delay),
                help=_("Rata-rata keterlambatan paket yang terlambat diserahkan pada rentang ini."),
                change=fmt.change(done.mean_delay, before.mean_delay if before else None),
                good="down",
            ),
            Headline(
                _("Tepat waktu"),
                fmt.percent(done.on_time, done.handed),
                help=_("Paket yang diserahkan tidak lewat dari jadwal, dibagi semua yang diserahkan."),
                change=fmt.change_in_points(done.on_time_share, before.on_time_share if before else None),
                good="up",
                part=done.on_time,
                whole=done.handed,
            ),
        ]
    )
