"""Bermasalah: partners of whose orders more than half are problems, and what is done about them."""

from dashboard import format as fmt
from dashboard.components import Headline, guarded, headlines, page_header
from dashboard.filters import Choice, Filters, OptionalPeriod, Search, courier_filter, filter_bar
from dashboard.i18n import _, pgettext
from dashboard.links import JOINED, PROBLEM_MARK, PROBLEM_SCOPE
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.problem_partners.labels import mark_name
from pages.problem_partners.listing import draw_list
from queries import problem_partners, tickets
from queries.problem_partners import LEAST_SHIPPED, ProblemCounts, ProblemFilter
from queries.wib import business_day
from vocabulary import ProblemMark

OVER_HALF = "50"


def answer(counts: ProblemCounts) -> str:
    """The page's sentence."""
    if not counts.total:
        return _("Tidak ada partner yang lebih dari separuh pesanannya bermasalah")
    waiting = counts.by_mark.get(int(ProblemMark.UNMARKED), 0)
    text = _("{count} partner di atas 50 % (sedikitnya {least} pesanan terkirim), {waiting} belum ditandai")
    return text.format(least=fmt.number(LEAST_SHIPPED), count=fmt.number(counts.total), waiting=fmt.number(waiting))


def numbers(counts: ProblemCounts) -> None:
    """How many are above the limit, by mark; of all partners, whatever the filters say."""
    shown = {mark: counts.by_mark.get(int(mark), 0) for mark in ProblemMark}
    everybody = " " + _("Semua partner; saringan tidak berlaku di sini.")
    floor = _("Lebih dari separuh dari sedikitnya {least} pesanan terkirim bermasalah.")
    headlines(
        [
            Headline(
                _("Di atas 50 %"),
                fmt.number(counts.total),
                help=floor.format(least=fmt.number(LEAST_SHIPPED)) + everybody,
            ),
            *(
                Headline(mark_name(mark), fmt.number(count), help=_("Di antara partner di atas 50 %.") + everybody)
                for mark, count in shown.items()
            ),
            Headline(
                _("Semua yang diblokir"),
                fmt.number(counts.blocked),
                help=_("Ditahan atau palsu, berapa pun rasionya; tidak ada yang dibayarkan kepadanya.") + everybody,
            ),
        ]
    )


counts = ask(problem_partners.problem_counts)
page_header(pgettext("page", "Bermasalah"), answer(counts))
scope = Choice(PROBLEM_SCOPE, _("Cakupan"), {OVER_HALF: _("Di atas 50 %"), "ditandai": _("Semua yang ditandai")})
marks = {mark.name.lower(): mark for mark in ProblemMark}
mark = Choice(PROBLEM_MARK, _("Tanda"), {"": _("Semua"), **{code: mark_name(each) for code, each in marks.items()}})
joined = OptionalPeriod(JOINED, _("Bergabung"), business_day(runtime().now()))
couriers = courier_filter(ask(tickets.couriers))
search = Search(_("Cari nama, email, HP"))
filters: Filters = (scope, mark, joined, couriers, search)
filter_bar(filters)
numbers(counts)
with guarded(_("Daftar partner"), _("Angka di atas tetap dapat dipakai.")):
    draw_list(
        ProblemFilter(
            search.value,
            (int(marks[mark.value]),) if mark.value else (),
            couriers.value,
            joined.value,
            over_half=scope.value == OVER_HALF,
        ),
        filters,
    )
