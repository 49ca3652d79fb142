"""The rhythm of a partner in the roll-up, and whether it is slowing down by it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from etl.marts import rollup
from queries import growth_facets
from queries.engine import Warehouse
from queries.partners import GrowthFilter
from queries.schema import dim_partners, mart_partner_pickup_days
from queries.segments import Segment
from tests.queries.conftest import complete

TODAY = date(2022, 11, 15)


@pytest.mark.parametrize(
    ("pickups", "is_slow"),
    [
        ([20, 22, 24, 26, 31], True),  # 15 days; usual 2
        ([21, 22, 24, 26, 32], False),  # 14 days
        ([22, 24, 26, 31], False),  # three gaps
        ([1, 7, 13, 19, 25], True),  # 21 days; usual 6
        ([1, 7, 13, 20, 27, 31], False),  # 15 days; usual 6, and 15 is not over 15
        ([2, 4, 6, 8, 16], False),  # 30 days: lost
        ([3, 6, 9, 11, 17], True),  # 29 days
        ([-220, -218, -216, -214, 20, 31], False),  # the rhythm of long ago is not its rhythm
    ],
)
def test_slowing_is_a_gap_against_the_own_rhythm(pickups: list[int], is_slow: bool) -> None:
    warehouse = Warehouse(":memory:")
    warehouse.create_tables()
    days = [date(2022, 9, 30) + timedelta(days=number) for number in pickups]
    with warehouse.write() as connection:
        connection.execute(insert(dim_partners), complete(dim_partners, {"partner_id": 9}))
        connection.execute(
            insert(mart_partner_pickup_days), [{"partner_id": 9, "day": day, "handed": 1} for day in days]
        )
        rollup.rebuild(connection)
        counts = growth_facets.segment_counts(connection, GrowthFilter(), TODAY)
    warehouse.close()
    assert counts[Segment.SLOWING] == is_slow
