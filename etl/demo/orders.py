"""Orders of a block of partners: their life up to now, their money, events and pickups."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.demo import names
from etl.demo.calendar import DAY, HOUR, NEVER, WIB_OFFSET, Calendar, Ints, wib_days
from etl.demo.couriers import COURIERS
from etl.demo.partners import PRODUCTS_EACH, Partners

Flags = NDArray[np.bool_]
RECENT_ORDERS = 60
RECENT_SPAN = 40 * HOUR


@dataclass(slots=True)
class Life:
    """Times (epoch seconds or NEVER) and flags of orders; `pickup` numbers the block's pickups from 0, or NEVER."""

    partner: Ints  # position of the partner
    courier: Ints  # position in COURIERS
    is_cod: Flags
    created: Ints
    packed: Ints
    shipped: Ints
    delivered: Ints
    returned: Ints
    received: Ints
    canceled: Ints
    problem: Flags
    lost: Flags
    pickup: Ints
    pickup_day: Ints  # WIB day number of each pickup
    pickup_due: Ints  # epoch seconds of each pickup

    @property
    def updated(self) -> Ints:
        """The time of the last event."""
        times = (self.created, self.packed, self.shipped, self.delivered, self.returned, self.received, self.canceled)
        latest: Ints = np.maximum.reduce(times)
        return latest


@dataclass(slots=True)
class Money:
    """Rupiah of orders by metrics.md."""

    product: Ints  # product id
    place: Ints  # position in PLACES
    qty: Ints
    by_buyer: Flags
    subtotal: Ints
    discount: Ints
    bare: Ints
    fee: Ints
    shipping_cost: Ints
    cashback: Ints
    grand_total: Ints
    net_profit: Ints


def draw_life(rng: np.random.Generator, calendar: Calendar, partners: Partners, partner: Ints, total: int) -> Life:
    """The lives of one order for each of `partner` (sorted positions) in a store of `total` orders."""
    count = len(partner)
    shares = np.array([courier.share for courier in COURIERS])
    courier = rng.choice(len(COURIERS), size=count, p=shares / shares.sum())
    is_cod = rng.random(count) < 0.65
    opened = partners.joined[partner] + 3 * DAY
    created = calendar.order_times(rng, opened)
    recent = rng.random(count) < min(0.3, RECENT_ORDERS / max(total, 1))
    created = np.where(recent, np.maximum(opened, calendar.now - rng.integers(0, RECENT_SPAN, count)), created)
    _put_at_midnight(created, opened)
    packed = created + 600 + np.minimum(rng.exponential(4 * HOUR, count), 40 * HOUR).astype(np.int64)
    pickup, day, due = _pickups(partner, courier, packed)
    late = np.array([c.late for c in COURIERS])
    delay = _pickup_delays(rng, calendar, late, courier, pickup, due)
    shipped = np.maximum(packed + 60, due[pickup] + delay[pickup])
    canceled = np.where(rng.random(count) < 0.04, created + rng.integers(120, 590, count), NEVER)
    after_packing = (canceled != NEVER) & (rng.random(count) < 0.4)
    canceled = np.where(after_packing, packed + rng.integers(1, 60, count), canceled)
    canceled[canceled > calendar.now] = NEVER
    without = partners.no_pickup[partner]
    canceled = np.where(without, np.where(created + 300 <= calendar.now, created + 300, NEVER), canceled)
    packed[without | ((canceled != NEVER) & ~after_packing) | (packed > calendar.now)] = NEVER
    shipped[(packed == NEVER) | (canceled != NEVER) | (shipped > calendar.now)] = NEVER
    after = _after_shipping(rng, calendar, partners, partner, courier, is_cod, shipped)
    delivered, returned, received, problem, lost = after
    pickup[packed == NEVER] = NEVER
    kept, compact = np.unique(pickup[pickup != NEVER], return_inverse=True)
    pickup[pickup != NEVER] = compact
    return Life(
        partner, courier, is_cod, created, packed, shipped, delivered, returned, received, canceled,
        problem, lost, pickup, day[kept], due[kept],
    )  # fmt: skip


def _put_at_midnight(created: Ints, opened: Ints) -> None:
    """Move the first orders of a block to a midnight WIB and to the second before one, where the partner was there."""
    for index, before in ((0, 0), (1, 1)):
        if index < len(created):
            midnight = int(wib_days(created[index : index + 1])[0]) * DAY - WIB_OFFSET - before
            created[index] = midnight if midnight >= opened[index] else created[index]


def _pickups(partner: Ints, courier: Ints, packed: Ints) -> tuple[Ints, Ints, Ints]:
    """Group orders by partner, day and courier: what is packed before 16.00 WIB is fetched that day at 16 to 18."""
    day = wib_days(packed + 8 * HOUR)
    groups, pickup = np.unique((partner * 100_000 + day) * 10 + courier, return_inverse=True)
    pickup_day = groups // 10 % 100_000
    due = pickup_day * DAY - WIB_OFFSET + (16 + groups // 10 % 3) * HOUR
    return pickup.astype(np.int64), pickup_day, due


def _pickup_delays(
    rng: np.random.Generator, calendar: Calendar, late: NDArray[np.float64], courier: Ints, pickup: Ints, due: Ints
) -> Ints:
    by_pickup = np.zeros(len(due), dtype=np.int64)
    by_pickup[pickup] = courier
    is_late = rng.random(len(due)) < late[by_pickup]
    delay = np.where(is_late, 60 + rng.exponential(7 * HOUR, len(due)), -rng.random(len(due)) * 2 * HOUR)
    stuck = (due > calendar.now - 2 * DAY) & (rng.random(len(due)) < 0.15)
    return np.where(stuck, 4 * DAY, delay).astype(np.int64)


def _after_shipping(
    rng: np.random.Generator, calendar: Calendar, partners: Partners, partner: Ints, courier: Ints, is_cod: Flags,
    shipped: Ints,
) -> tuple[Ints, Ints, Ints, Flags, Flags]:  # fmt: skip
    count = len(shipped)
    went = shipped != NEVER
    bad = partners.bad[partner]
    transit = np.array([c.transit for c in COURIERS])[courier] * rng.lognormal(0, 0.35, count)
    arrival = shipped + 6 * HOUR + (transit * DAY).astype(np.int64)
    chance = np.array([c.retur for c in COURIERS])[courier] * np.where(is_cod, 1.3, 0.5) * np.where(bad, 3.5, 1.0)
    comes_back = rng.random(count) < chance
    lost = went & (rng.random(count) < 0.002)
    problem = went & (lost | (rng.random(count) < np.where(bad, 0.72, np.where(comes_back, 0.6, 0.04))))
    delivered = np.where(went & ~comes_back & ~lost, arrival, NEVER)
    for before, index in enumerate(np.flatnonzero(delivered != NEVER)[:2].tolist()):
        delivered[index] += DAY - (delivered[index] + WIB_OFFSET) % DAY - before
    delivered[delivered > calendar.now] = NEVER
    back = arrival + rng.integers(DAY, 3 * DAY, count)
    returned = np.where(went & comes_back & ~lost & (back <= calendar.now), back, NEVER)
    home = back + rng.integers(2 * DAY, 8 * DAY, count)
    received = np.where((returned != NEVER) & (home <= calendar.now), home, NEVER)
    return delivered, returned, received, problem, lost


def draw_money(rng: np.random.Generator, partners: Partners, life: Life) -> Money:
    """Prices, shipping and fees of the orders, in whole rupiah, halves rounded up."""
    count = len(life.partner)
    product = life.partner * PRODUCTS_EACH + rng.integers(1, PRODUCTS_EACH + 1, count)
    place = rng.integers(len(names.PLACES), size=count)
    qty = 1 + np.minimum(rng.geometric(0.65, count) - 1, 9)
    by_buyer = rng.random(count) < 0.4
    subtotal = partners.price[product - 1] * qty
    discount = np.where(rng.random(count) < 0.15, subtotal // 20 // 500 * 500, 0)
    bare = np.array(names.CITY_SHIPPING)[place] + rng.integers(0, 4, count) * 500
    base = subtotal - discount + bare
    fee_bp = np.array([c.service_fee_bp for c in COURIERS])[life.courier]
    cashback_bp = np.array([c.cashback_bp for c in COURIERS])[life.courier]
    fee = np.where(life.is_cod, (base * fee_bp + 5_000) // 10_000, 0)
    cashback = (bare * cashback_bp + 5_000) // 10_000
    return Money(
        product=product,
        place=place,
        qty=qty,
        by_buyer=by_buyer,
        subtotal=subtotal,
        discount=discount,
        bare=bare,
        fee=fee,
        shipping_cost=bare + np.where(by_buyer, fee, 0),
        cashback=cashback,
        grand_total=base + np.where(by_buyer, fee, 0),
        net_profit=subtotal - discount + cashback - np.where(by_buyer, 0, fee),
    )
