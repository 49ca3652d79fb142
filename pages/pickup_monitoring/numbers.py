"""The headline numbers of the pickup monitoring."""

from dashboard import format as fmt
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from queries.metrics import percent
from queries.pickups import Punctuality, WaitingCounts


def draw_numbers(waiting: WaitingCounts, done: Punctuality, before: Punctuality | None) -> None:
    """What waits now, and how punctual the period was against the one before."""
    on_time = percent(done.handed - done.late, done.handed)
    mean = done.late_seconds // done.late if done.late else None
    on_time_before = percent(before.handed - before.late, before.handed) if before else None
    mean_before = before.late_seconds // before.late if before and before.late else None
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
                fmt.duration(mean),
                help=_("Rata-rata keterlambatan paket yang terlambat diserahkan pada rentang ini."),
                change=fmt.change(mean, mean_before),
                good="down",
            ),
            Headline(
                _("Tepat waktu"),
                fmt.percent_value(on_time),
                help=_("Paket yang diserahkan tidak lewat dari jadwal, dibagi semua yang diserahkan."),
                change=fmt.change(on_time, on_time_before),
                good="up",
                part=done.handed - done.late,
                whole=done.handed,
            ),
        ]
    )
