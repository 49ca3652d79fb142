"""The filters of the growth view, and the question that they make."""

from datetime import date
from typing import assert_never

from dashboard.filters import Chips, Filters, OptionalPeriod, Search, filter_bar
from dashboard.i18n import _
from dashboard.links import CITIES, COURIERS, JOINED, LAST_PICKUP, SEGMENT
from dashboard.warehouse import ask
from queries import growth_facets
from queries.growth_facets import Facet
from queries.partners import GrowthFilter
from queries.segments import InSegment, Segment

MOST_CITIES = 8


class GrowthFilters:
    """Draws the filters; `wanted` is what they ask for."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._joined = OptionalPeriod(JOINED, _("Bergabung"), today)
        self._last_pickup = OptionalPeriod(LAST_PICKUP, _("Pickup terakhir"), today)
        self._search = Search(_("Cari nama, email, HP"))
        segments = {segment.value: segment_name(segment) for segment in Segment}
        self._segment = Chips(SEGMENT, _("Segmen"), segments, self._per_segment)
        self._segment.help = "\n".join(f"- **{segment_name(each)}**: {segment_meaning(each)}" for each in Segment)
        cities = {each.code: each.name or _("Tanpa kota") for each in ask(growth_facets.city_facets, GrowthFilter())}
        self._cities = Chips(CITIES, _("Kota"), cities, self._per_city, most=MOST_CITIES, several=True)
        couriers = {each.code: each.name for each in ask(growth_facets.courier_facets, GrowthFilter())}
        self._couriers = Chips(COURIERS, _("Kurir"), couriers, self._per_courier, several=True)
        self._couriers.help = _(
            "Partner yang pernah menyerahkan pesanan ke kurir ini; satu partner bisa di beberapa kurir."
        )
        self.all: Filters = (
            *(self._joined, self._last_pickup, self._search),
            *(self._segment, self._cities, self._couriers),
        )

    def draw(self) -> None:
        """Draw them all in one bar."""
        filter_bar(self.all)

    @property
    def wanted(self) -> GrowthFilter:
        """Which partners are asked for; periods and text only after `draw`."""
        segment = next((InSegment(Segment(code), self._today) for code in self._segment.value), None)
        return GrowthFilter(
            self._joined.value,
            self._last_pickup.value,
            self._search.value,
            segment,
            self._cities.value,
            self._couriers.value,
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


def _by_code(facets: list[Facet]) -> dict[str, int]:
    return {each.code: each.partners for each in facets}


def segment_name(segment: Segment) -> str:
    """The segment in the reader's words."""
    match segment:
        case Segment.NO_PRODUCT:
            return _("Belum ada produk")
        case Segment.NO_PICKUP:
            return _("Ada produk, belum pickup")
        case Segment.UNSTARTED:
            return _("Gabung bulan lalu, belum pickup")
        case Segment.SLOWING:
            return _("Melambat")
        case Segment.LOST:
            return _("Hilang")
        case Segment.NEW:
            return _("Baru bulan ini")
        case _:
            assert_never(segment)


def segment_meaning(segment: Segment) -> str:
    """Who is in it."""
    match segment:
        case Segment.NO_PRODUCT:
            return _("belum pernah menambahkan produk.")
        case Segment.NO_PICKUP:
            return _("punya produk, tetapi belum pernah menyerahkan paket ke kurir.")
        case Segment.UNSTARTED:
            return _("bergabung pada bulan kalender yang lalu dan belum pernah pickup.")
        case Segment.SLOWING:
            return _(
                "masih aktif, tetapi jeda sejak pickup terakhir lebih dari 14 hari dan lebih dari 2,5 kali "
                "jeda biasanya (median 180 hari, minimal 4 jeda)."
            )
        case Segment.LOST:
            return _("pickup terakhirnya 31 sampai 60 hari lalu.")
        case Segment.NEW:
            return _("bergabung bulan ini.")
        case _:
            assert_never(segment)
