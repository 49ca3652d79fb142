"""Writing the orders of a block with their events and pickups, and counting them."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.demo import names
from etl.demo.accounts import ADMIN_ID
from etl.demo.calendar import NEVER, Calendar, Ints, wib_days
from etl.demo.couriers import COURIERS
from etl.demo.orders import Life, Money
from etl.demo.totals import ExpectedTotals
from etl.demo.writing import Writer, stamps
from vocabulary import OrderState, PaymentMethod

STATES = np.array([
    OrderState.DIAJUKAN, OrderState.DIPACKING, OrderState.DIKIRIM, OrderState.DITERIMA, OrderState.RETUR,
    OrderState.BATAL, OrderState.RETUR_DITERIMA,
])  # fmt: skip
SUBMITTED, PACKING, SHIPPED, DELIVERED, RETURNED, CANCELED, RECEIVED = range(7)
_EPOCH = date(1970, 1, 1)


def states(life: Life) -> Ints:
    """The state of each order as a position in STATES; a returned one stays RETURNED."""
    state = np.full(len(life.partner), SUBMITTED)
    for position, times in (
        (PACKING, life.packed),
        (SHIPPED, life.shipped),
        (DELIVERED, life.delivered),
        (RETURNED, life.returned),
        (CANCELED, life.canceled),
    ):
        state[times != NEVER] = position
    return state


def write_orders(writer: Writer, rng: np.random.Generator, life: Life, money: Money, first_id: int) -> None:
    """Write the orders; ids count from `first_id`."""
    count = len(life.partner)
    ids = np.arange(first_id, first_id + count)
    buyers = zip(
        rng.integers(len(names.FIRST), size=count).tolist(), rng.integers(len(names.LAST), size=count).tolist(),
        strict=True,
    )  # fmt: skip
    buyer = [f"{names.FIRST[first]} {names.LAST[last]}" for first, last in buyers]
    for index, name in enumerate(names.HARD_NAMES[: count if first_id == 1 else 0]):
        buyer[index] = name
    reasons = rng.integers(len(names.PROBLEMS), size=count).tolist()
    number = ids.tolist()
    writer.write("orders", {
        "id": number, "partner_id": life.partner + 1, "product_id": money.product, "shipment_id": life.courier + 1,
        "order_no": [f"KOM-{n:09d}" for n in number],
        "airway_bill": [
            f"{COURIERS[c].code}{n:010d}" if packed != NEVER else None
            for n, c, packed in zip(number, life.courier.tolist(), life.packed.tolist(), strict=True)
        ],
        "payment_method": np.where(life.is_cod, PaymentMethod.COD, PaymentMethod.BANK_TRANSFER),
        "state": STATES[states(life)],
        "is_retur": (life.returned != NEVER).astype(int) + (life.received != NEVER),
        "is_problem": life.problem.astype(int), "is_lost": life.lost.astype(int),
        "problem_description": [
            names.PROBLEMS[reason] if problem else None
            for problem, reason in zip(life.problem.tolist(), reasons, strict=True)
        ],
        "customer_name": buyer, "customer_city": [names.PLACES[place][1] for place in money.place.tolist()],
        "qty": money.qty, "subtotal": money.subtotal, "discount": money.discount, "bare_shipping": money.bare,
        "fee_bearer": np.where(money.by_buyer, "buyer", "seller"), "service_fee": money.fee,
        "shipping_cost": money.shipping_cost, "shipping_cashback": money.cashback,
        "grand_total": money.grand_total, "net_profit": money.net_profit, "return_shipping": money.bare,
        "created_at": stamps(life.created), "packed_at": stamps(life.packed), "shipped_at": stamps(life.shipped),
        "delivered_at": stamps(life.delivered), "returned_at": stamps(life.returned),
        "return_received_at": stamps(life.received), "canceled_at": stamps(life.canceled),
        "updated_at": stamps(life.updated),
    })  # fmt: skip


def write_events(writer: Writer, life: Life, first_order: int, first_id: int, totals: ExpectedTotals) -> int:
    """Write every change of state, order by order, and count them. Returns the first free id."""
    times = np.column_stack(
        [life.created, life.packed, life.shipped, life.delivered, life.returned, life.received, life.canceled]
    )
    steps = np.array([SUBMITTED, PACKING, SHIPPED, DELIVERED, RETURNED, RECEIVED, CANCELED])
    order, step = np.nonzero(times != NEVER)
    at, state = times[order, step], steps[step]
    before = np.concatenate([[NEVER], state[:-1]])
    before[np.concatenate([[True], order[1:] != order[:-1]])] = NEVER
    labels: list[str | None] = [*STATES.tolist(), None]
    writer.write("order_events", {
        "id": np.arange(first_id, first_id + len(order)), "order_id": order + first_order,
        "from_state": [labels[position] for position in before.tolist()], "to_state": STATES[state],
        "at": stamps(at), "by_user_id": [ADMIN_ID if position == CANCELED else None for position in state.tolist()],
    })  # fmt: skip
    pairs, counts = np.unique(wib_days(at) * 10 + state, return_counts=True)
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        totals.events[(_EPOCH + timedelta(days=pair // 10), str(STATES[pair % 10]))] += count
    return first_id + len(order)


def write_pickups(
    writer: Writer, calendar: Calendar, life: Life, first_order: int, first: tuple[int, int], totals: ExpectedTotals
) -> tuple[int, int]:
    """Write the pickups and their orders with ids from `first`; returns the first free ids of both."""
    order = np.flatnonzero(life.pickup != NEVER)
    count = len(life.pickup_day)
    pickup = life.pickup[order]
    opened = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(opened, pickup, life.packed[order])
    changed = np.maximum(life.packed, np.maximum(life.shipped, life.canceled))[order]
    touched = np.zeros(count, dtype=np.int64)
    np.maximum.at(touched, pickup, changed)
    partner, courier = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    partner[pickup], courier[pickup] = life.partner[order] + 1, life.courier[order] + 1
    midnight = life.pickup_day * 86_400 - 7 * 3_600
    writer.write("pickups", {
        "id": np.arange(first[0], first[0] + count), "partner_id": partner, "address_id": partner,
        "shipment_id": courier, "pickup_date": np.datetime_as_string(life.pickup_day.astype("M8[D]")),
        "pickup_time": life.pickup_due - midnight, "vehicle": np.where(partner % 5 == 0, "MOBIL", "MOTOR"),
        "created_at": stamps(opened), "updated_at": stamps(touched),
    })  # fmt: skip
    writer.write("pickup_orders", {
        "id": np.arange(first[1], first[1] + len(order)), "pickup_id": pickup + first[0],
        "order_id": order + first_order, "handed_at": stamps(life.shipped[order]),
        "canceled_at": stamps(life.canceled[order]), "updated_at": stamps(changed),
    })  # fmt: skip
    waiting = (life.shipped[order] == NEVER) & (life.canceled[order] == NEVER)
    totals.waiting_pickups += int(waiting.sum())
    totals.overdue_pickups += int((waiting & (life.pickup_due[pickup] < calendar.now)).sum())
    return first[0] + count, first[1] + len(order)


def count_orders(life: Life, money: Money, totals: ExpectedTotals) -> None:
    """Add the block's orders to the totals."""
    totals.orders += len(life.partner)
    _add(totals.orders_by_state, STATES[states(life)])
    _add(totals.orders_by_courier, np.array([courier.code for courier in COURIERS])[life.courier])
    _add(totals.orders_by_payment, np.where(life.is_cod, PaymentMethod.COD, PaymentMethod.BANK_TRANSFER))
    went = life.shipped != NEVER
    for counter, chosen in (
        (totals.shipped, went),
        (totals.returned, life.returned != NEVER),
        (totals.problems, life.problem),
    ):
        partners, counts = np.unique(life.partner[chosen] + 1, return_counts=True)
        counter.update(dict(zip(partners.tolist(), counts.tolist(), strict=True)))
    partner, times = life.partner[went] + 1, life.shipped[went]
    order = np.lexsort((times, partner))
    partner, times = partner[order], times[order]
    starts = np.flatnonzero(np.concatenate([[True], partner[1:] != partner[:-1]])) if len(partner) else partner
    ends = np.append(starts[1:], len(partner)) - 1 if len(partner) else partner
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        totals.first_pickup[int(partner[start])] = _instant(int(times[start]))
        totals.last_pickup[int(partner[end])] = _instant(int(times[end]))
    totals.sum_grand_total += int(money.grand_total.sum())
    totals.sum_net_profit += int(money.net_profit.sum())


def _add(counter: "dict[str, int]", values: NDArray[np.str_]) -> None:
    for value, count in zip(*np.unique(values, return_counts=True), strict=True):
        counter[str(value)] = counter.get(str(value), 0) + int(count)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
