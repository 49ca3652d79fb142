"""Random arguments of questions, and what was answered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from queries.engine import Warehouse
from tests.oracle.days import WIB, day_of, month_of
from tests.oracle.instants import WORDS
from tests.oracle.landed import Landed


@dataclass(frozen=True, slots=True)
class Both:
    """What was asked, and the two answers."""

    arguments: tuple[Any, ...]
    given: Any
    wanted: Any


class Asking:
    """Draws arguments: periods with ends at the days of the data, pages, words, sorts."""

    def __init__(self, warehouse: Warehouse, connection: Any, found: Landed, now: datetime, rng: Random) -> None:
        self.warehouse = warehouse
        self.connection = connection
        self.found = found
        self.now = now  # naive UTC
        self.today = day_of(now)
        self.rng = rng

    def day(self) -> date:
        """A day of the data, today, or one beside; now and then the first or last of its month."""
        instants = [row["created_at"] for row in self.found.orders.values()]
        instants += [row["at"] for row in self.found.events] + [row["due"] for row in self.found.pickups] + [self.now]
        day = day_of(self.rng.choice(instants)) + timedelta(days=self.rng.choice((-1, 0, 0, 0, 1)))
        return month_of(day) - timedelta(days=self.rng.randrange(2)) if self.rng.random() < 0.2 else day

    def period(self) -> tuple[date, date]:
        """Two days, both inclusive, often the same; now and then all that a store has."""
        start = self.day()
        if self.rng.random() < 0.2:
            return self.today - timedelta(days=120), self.today + timedelta(days=10)
        return start, max(start, min(self.day(), start + timedelta(days=70)))

    def maybe_period(self) -> tuple[date, date] | None:
        """A period, or none."""
        return self.period() if self.rng.random() < 0.5 else None

    def only(self) -> tuple[str, ...]:
        """Some couriers; none means all."""
        count = self.rng.choice((0, 0, 1, 2))
        return tuple(sorted(self.rng.sample(self.found.couriers, min(count, len(self.found.couriers)))))

    def due_hour(self) -> int | None:
        """A WIB hour in which a pickup is due, now and then another; None means any."""
        if self.rng.random() < 0.6 or not self.found.pickups:
            return None
        due: datetime = self.rng.choice(self.found.pickups)["due"]
        return (due + WIB).hour if self.rng.random() < 0.8 else self.rng.randrange(24)

    def hour(self) -> int | None:
        """A WIB hour, often of office time; None means any."""
        return self.rng.choice((None, None, self.rng.randrange(24), 0, 9, 10, 23))

    def contacts(self) -> dict[int, datetime]:
        """When some partners were contacted: often at the very instant at which a pickup of theirs was due."""
        some = self.rng.sample(self.found.pickups, min(len(self.found.pickups), self.rng.randrange(4)))
        beside = (-1, 0, 0, 1, 3600)
        return {each["partner_id"]: each["due"] + timedelta(seconds=self.rng.choice(beside)) for each in some}

    def page(self) -> tuple[int, int]:
        """Limit and offset."""
        return self.rng.choice(((50, 0), (50, 0), (3, 0), (2, 2), (1, 1), (10_000, 0), (5, 400)))

    def sort(self, *columns: str) -> tuple[str, bool]:
        """A column and whether descending."""
        return self.rng.choice(columns), self.rng.random() < 0.5

    def word(self) -> str:
        """What somebody types into the search."""
        return self.rng.choice(WORDS)

    def partner(self) -> int:
        """A partner, now and then one that there is not."""
        return self.rng.choice([*self.found.partners, 999])

    def written(self) -> str:
        """What somebody has at hand of an order, ticket, partner or withdrawal, as it may be written."""
        order, ticket = self.found.orders.get(self.order(), {}), self.rng.choice([*self.found.tickets, {}])
        partner = self.found.partners.get(self.partner(), {})
        texts = [
            order.get("order_no"),
            order.get("airway_bill"),
            ticket.get("ticket_no"),
            self.word(),
            str(self.order()),
        ]
        texts += [partner.get(name) for name in ("full_name", "email", "phone", "brand_name")]
        text = self.rng.choice([each for each in texts if each])
        change = self.rng.choice((str, str.lower, str.upper, lambda each: " ".join(reversed(each.split())),
                                  lambda each: each.replace("-", " "), lambda each: each[-3:]))  # fmt: skip
        return change(text)

    def ticket(self) -> int:
        """A ticket, now and then one that there is not."""
        return self.rng.choice([*(row["id"] for row in self.found.tickets), 999_999])

    def order(self) -> int:
        """An order, now and then one that there is not."""
        return self.rng.choice([*self.found.orders, 999_999])
