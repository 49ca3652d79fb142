"""How many partners each segment, city and courier has under the other filters, for the chips that choose them."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, and_, func, select

from queries.partners import NOBODY, GrowthFilter, city_code, matching
from queries.schema import dim_shipments, mart_partner_months, mart_partners
from queries.segments import Segment, is_in


@dataclass(frozen=True, slots=True)
class Facet:
    """One value to choose: its code, its name as it was written (of a city, the first by the alphabet), and how many
    partners have it."""

    code: str
    name: str
    partners: int


def segment_counts(connection: Connection, growth_filter: GrowthFilter, today: date) -> dict[Segment, int]:
    """The partners of each segment among those that match all but the segment of the filter."""
    others = matching(replace(growth_filter, segment=None))
    counts = [func.count().filter(is_in(segment, today)) for segment in Segment]
    row = connection.execute(select(*counts).select_from(mart_partners).where(*others)).one()
    return {segment: int(count) for segment, count in zip(Segment, row, strict=True)}


def city_facets(connection: Connection, growth_filter: GrowthFilter) -> list[Facet]:
    """Every city, the most matching partners first; the cities of the filter itself narrow nothing here."""
    others = matching(replace(growth_filter, cities=()))
    code = city_code()
    count = func.count().filter(and_(*others))
    statement = select(code, func.min(func.trim(mart_partners.c.city)), count).group_by(code)
    return [Facet(*row) for row in connection.execute(statement.order_by(count.desc(), code))]


def courier_facets(connection: Connection, growth_filter: GrowthFilter) -> list[Facet]:
    """Every courier, by the alphabet, with the matching partners that ever handed an order to it; a partner counts with
    each of its couriers, and the couriers of the filter itself narrow nothing here."""
    others = matching(replace(growth_filter, couriers=()))
    months = mart_partner_months.c
    statement = (
        select(months.courier, func.count(months.partner_id.distinct()))
        .where(months.shipped > 0, months.partner_id.in_(select(mart_partners.c.partner_id).where(*others)))
        .group_by(months.courier)
    )
    counted = {courier: int(count) for courier, count in connection.execute(statement)}
    names = sorted(connection.scalars(select(dim_shipments.c.courier).distinct()))
    return [Facet(name, name, counted.get(name, 0)) for name in names]


def owner_facets(connection: Connection, growth_filter: GrowthFilter) -> list[Facet]:
    """Everybody who looks after a partner, by name, then nobody (its name empty); the owner of the filter itself
    narrows nothing here."""
    others = matching(replace(growth_filter, owner_id=None))
    owner = func.coalesce(mart_partners.c.owner_id, NOBODY)
    name = func.coalesce(func.max(mart_partners.c.owner_name), "")
    count = func.count().filter(and_(*others))
    statement = select(owner, name, count).group_by(owner).order_by(owner == NOBODY, name, owner)
    return [Facet(str(code), who, partners) for code, who, partners in connection.execute(statement)]
