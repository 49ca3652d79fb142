"""The filters of the growth view, and the question that they make."""

from collections import Counter
from datetime import date

from dashboard.filters import Chips, Choice, Filters, OptionalPeriod, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import CITIES, COURIERS, JOINED, LAST_PICKUP, OWNER, SEGMENT
from dashboard.warehouse import ask
from pages.partner_growth.labels import segment_meaning, segment_name
from queries import growth_facets, tickets
from queries.growth_facets import Facet
from queries.partners import NOBODY, GrowthFilter
from queries.segments import InSegment, Segment

MOST_CITIES = 6
ANYBODY = "all"


class GrowthFilters:
    """Draws the filters; `wanted` is what they ask for."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._joined = OptionalPeriod(JOINED, _("Bergabung"), today)
        self._last_pickup = OptionalPeriod(LAST_PICKUP, _("Pickup terakhir"), today)
        self._search = Search(_("Cari nama, email, HP"))
        self._owner = Choice(OWNER, _("PIC"), _owner_names(ask(growth_facets.owner_facets, GrowthFilter())))
        segments = {segment.value: segment_name(segment) for segment in Segment}
        self._segment = Chips(SEGMENT, _("Segmen"), segments, self._per_segment)
        self._segment.help = "\n".join(f"- **{segment_name(each)}**: {segment_meaning(each)}" for each in Segment)
        cities = {each.code: each.name or _("Tanpa kota") for each in ask(growth_facets.city_facets, GrowthFilter())}
        self._cities = Chips(CITIES, _("Kota"), cities, self._per_city, most=MOST_CITIES, several=True)
        couriers = {name: name for name in ask(tickets.couriers)}
        self._couriers = Chips(COURIERS, _("Kurir"), couriers, self._per_courier, several=True)
        self._couriers.help = _(
            "Partner yang pernah menyerahkan pesanan ke kurir ini; satu partner bisa di beberapa kurir."
        )
        self.all: Filters = (
            *(self._joined, self._last_pickup, self._owner, self._search),
            *(self._segment, self._cities, self._couriers),
        )

    def draw(self) -> None:
        """Draw them all in one bar."""
        filter_bar(self.all)

    @property
    def wanted(self) -> GrowthFilter:
        """Which partners are asked for."""
        segment = next((InSegment(Segment(code), self._today) for code in self._segment.value), None)
        return GrowthFilter(
            self._joined.value,
            self._last_pickup.value,
            self._search.value,
            segment,
            self._cities.value,
            self._couriers.value,
            None if self._owner.value == ANYBODY else int(self._owner.value),
        )

    @property
    def joined_is_open(self) -> bool:
        """Whether partners of any day of joining are asked for."""
        return self._joined.value is None

    def _per_segment(self) -> dict[str, int]:
        counts = ask(growth_facets.segment_counts, self.wanted, self._today)
        return {segment.value: count for segment, count in counts.items()}

    def _per_city(self) -> dict[str, int]:
        return _by_code(ask(growth_facets.city_facets, self.wanted))

    def _per_courier(self) -> dict[str, int]:
        return _by_code(ask(growth_facets.courier_facets, self.wanted))


def _owner_names(people: list[Facet]) -> dict[str, str]:
    """Who may be chosen, by code; those of one name with their number."""
    named = Counter(each.name for each in people)
    names = {each.code: each.name if named[each.name] == 1 else f"{each.name} #{each.code}" for each in people}
    return {ANYBODY: _("Semua PIC")} | names | {str(NOBODY): _("Belum ada PIC")}


def _by_code(facets: list[Facet]) -> dict[str, int]:
    return {each.code: each.partners for each in facets}
