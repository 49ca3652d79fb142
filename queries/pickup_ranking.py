"""Couriers by how often they fetch late, of the rows of `pickups.lateness_by_hour`: nothing is ranked by few."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from queries.metrics import is_small

LEAST_COMPARED = 2  # one alone is neither best nor worst


@dataclass(frozen=True, slots=True)
class Handed:
    """Airway bills handed over, and those of them that were late."""

    handed: int
    late: int

    @property
    def share(self) -> Fraction:
        """Late of handed over, exact; 0 where none was handed over."""
        return Fraction(self.late, self.handed) if self.handed else Fraction(0)


@dataclass(frozen=True, slots=True)
class RankedCourier:
    """A courier's pickups. `place` counts from the one that is late most often; couriers of one place tie; None: too
    few were handed over to say. `hours_counted` is how many WIB hours have enough; of two or more, `worst_hours` are
    those with the largest share of late ones, several where they tie, and `at_worst` are the parts of the first."""

    courier: str
    total: Handed
    late_seconds: int
    place: int | None
    is_tied: bool
    hours_counted: int
    worst_hours: tuple[int, ...]
    at_worst: Handed | None


def ranking(rows: pd.DataFrame) -> list[RankedCourier]:
    """All couriers of the rows, the one that is late most often first, those with too few last by name."""
    by_courier = {str(courier): part for courier, part in rows.groupby("courier")}
    totals = {courier: _sum(part) for courier, part in by_courier.items()}
    shares = [total.share for total in totals.values() if not is_small(total.handed)]
    found = []
    for courier, part in by_courier.items():
        total = totals[courier]
        hours = _hours(part)
        worst_hours = _worst(hours)
        found.append(
            RankedCourier(
                courier=courier,
                total=total,
                late_seconds=int(part["late_seconds"].sum()),
                place=None if is_small(total.handed) else 1 + sum(share > total.share for share in shares),
                is_tied=not is_small(total.handed) and shares.count(total.share) > 1,
                hours_counted=len(hours),
                worst_hours=worst_hours,
                at_worst=hours[worst_hours[0]] if worst_hours else None,
            )
        )
    return sorted(found, key=lambda each: (each.place is None, each.place or 0, each.courier))


def _hours(part: pd.DataFrame) -> dict[int, Handed]:
    """The hours with enough, in their order."""
    every = {int(hour): _sum(part[part["due_hour"] == hour]) for hour in sorted(part["due_hour"].unique())}
    return {hour: each for hour, each in every.items() if not is_small(each.handed)}


def _worst(hours: dict[int, Handed]) -> tuple[int, ...]:
    worst = max((each.share for each in hours.values()), default=Fraction(0))
    if len(hours) < LEAST_COMPARED or not worst:
        return ()
    return tuple(hour for hour, each in hours.items() if each.share == worst)


def _sum(rows: pd.DataFrame) -> Handed:
    return Handed(int(rows["handed"].sum()), int(rows["late"].sum()))
