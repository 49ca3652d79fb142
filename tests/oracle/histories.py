"""Random histories of a store: what partners, couriers and staff do, and what goes wrong on the way into the database.

Every change has an instant up to the clock's, often late; the history also chooses which changes are landed together.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import Connection

from api.models import (
    Order,
    OrderEvent,
    Partner,
    PartnerNote,
    Pickup,
    PickupOrder,
    Product,
    Shipment,
    Ticket,
    TicketMessage,
    User,
    Withdrawal,
)
from tests.oracle import writing
from tests.oracle.instants import AMOUNTS, NAMES, STARTS, TICK, WIB, between, edges
from tests.oracle.writing import Row, Store

STAMPS = {
    "Dipacking": "packed_at",
    "Dikirim": "shipped_at",
    "Diterima": "delivered_at",
    "Retur": "returned_at",
    "Retur Diterima": "return_received_at",
    "Batal": "canceled_at",
}
NEXT = {
    "Diajukan": ("Dipacking", "Dipacking", "Dipacking", "Batal"),
    "Dipacking": ("Dikirim", "Dikirim", "Dikirim", "Batal"),
    "Dikirim": ("Diterima", "Retur"),
    "Retur": ("Retur Diterima",),
}
DECISIONS = {
    "requested": ("on_review", "completed", "rejected", "canceled"),
    "on_review": ("completed", "rejected"),
    "completed": ("reversed",),
}
MOVEMENTS = {
    "completed": ("withdrawal", "partner_reserved", "cash"),
    "rejected": ("withdrawal_release", "partner_reserved", "partner_available"),
    "canceled": ("withdrawal_release", "partner_reserved", "partner_available"),
    "reversed": ("withdrawal_reversal", "cash", "partner_available"),
}


class History:
    """One history by its seed. `now` is the instant up to which things have happened."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.store = Store(self.rng)
        self.now = self.rng.choice(STARTS)
        self.since = self.now
        self._late: list[tuple[Row, str | None, str, datetime]] = []  # events that are not committed yet

    def begin(self, connection: Connection) -> None:
        """Fill an empty store."""
        self.store.connection = connection
        writing.fill(self.store, self.now)
        for _number in range(self.rng.randint(1, 4)):
            writing.add_partner(self.store, self._at())
        self._change_often(self.rng.choice((5, 15, 30, 60)))

    def go_on(self, connection: Connection) -> None:
        """Some days pass, and some things change."""
        self.store.connection = connection
        self.since = self.now
        until = self.now + timedelta(days=self.rng.choice((0, 0, 1, 3, 9, 30, 30, 31, 100)))
        self.now = until if self.rng.random() < 0.4 else between(self.rng, self.now, until)
        self._change_often(self.rng.choice((0, 1, 1, 2, 3, 8, 30)))

    def portions(self) -> Iterator[Callable[[Connection], None]]:
        """What is committed between landings, in turn."""
        yield self.begin
        for _number in range(self.rng.choice((0, 0, 1, 1, 2))):
            yield self.go_on

    def _at(self, after: datetime | None = None) -> datetime:
        first = min(after or self.since - timedelta(days=self.rng.choice((0, 0, 2, 40, 100))), self.now)
        near = [at for at in edges(self.now) if first <= at <= self.now] if self.rng.random() < 0.4 else []
        return self.rng.choice(near) if near else between(self.rng, first, self.now)

    def _change_often(self, times: int) -> None:
        for _number in range(times):
            self.rng.choice(CHANGES)(self)
        self._commit_late_events()

    def _order(self) -> Row | None:
        return self.store.some(Order)

    def partner(self) -> None:
        """Somebody joins."""
        if len(self.store.rows[Partner]) < 6:
            writing.add_partner(self.store, self._at())

    def product(self) -> None:
        """A product is added, or goes."""
        partner, product = self.store.some(Partner), self.store.some(Product)
        if product and self.rng.random() < 0.3:
            self.store.remove(Product, product)
        elif partner:
            writing.add_product(self.store, partner, self._at())

    def order(self) -> None:
        """A partner takes an order; some have no events, as those of a file."""
        partner = self.store.some(Partner)
        if partner and len(self.store.rows[Order]) < 40:
            order = writing.add_order(self.store, partner, self._at())
            if self.rng.random() < 0.04:
                for event in self.store.those(OrderEvent, order_id=order["id"]):
                    self.store.remove(OrderEvent, event)

    def step(self) -> None:
        """An order goes on; the event may be committed later."""
        self._step(self._order())

    def travel(self) -> None:
        """An order of long ago is taken and goes on to its end, or nearly."""
        partner = self.store.some(Partner)
        if partner and len(self.store.rows[Order]) < 40:
            order = writing.add_order(self.store, partner, self._at(after=self.now - timedelta(days=110)))
            for _number in range(self.rng.choice((2, 2, 3, 4))):
                self._step(order)
            self._fetch(order)
            for bill in self.store.those(PickupOrder, order_id=order["id"]):
                self._hand(bill)

    def _step(self, order: Row | None) -> None:
        state = order and self._state(order)
        if not order or state not in NEXT:
            return
        after = self.rng.choice(NEXT[state])
        last = max(order[name] for name in ("created_at", *STAMPS.values()) if order.get(name))
        at = self._at(after=last)
        values: Row = {STAMPS[after]: at, "updated_at": self.now}
        if after == "Retur Diterima":
            values["is_retur"] = 2
        else:
            values |= {"state": after, "is_retur": int(after == "Retur")}
        self.store.change(Order, order, **values)
        if not self.store.those(OrderEvent, order_id=order["id"]):
            return
        if self.rng.random() < 0.06:
            self._late.append((order, state, after, at))
            return
        writing.add_event(self.store, order, state, after, at)
        if after == "Diterima" and order["net_profit"] > 0:
            writing.pay(
                self.store, "orderku_done", order["partner_id"], at, "courier", "partner_available", order["net_profit"]
            )

    def _state(self, order: Row) -> str:
        return "Retur Diterima" if order["is_retur"] == 2 else str(order["state"])

    def _commit_late_events(self) -> None:
        for late in [late for late in self._late if self.rng.random() < 0.6]:
            self._late.remove(late)
            order, before, after, at = late
            if order["id"] in self.store.rows[Order]:
                writing.add_event(self.store, order, before, after, at)

    def repeat(self) -> None:
        """A step is written again under another id, at its instant or another one."""
        event = self.store.some(OrderEvent)
        order = event and self.store.rows[Order][event["order_id"]]
        if event and order:
            at = self.rng.choice((event["at"], self._at(), event["at"] + timedelta(seconds=1)))
            writing.add_event(self.store, order, event["from_state"], event["to_state"], at)

    def misplace(self) -> None:
        """A step is written that does not start from the state of the order, or none that there is."""
        order = self._order()
        if order:
            before, after = self.rng.choice(
                (("Dipacking", "Dikirim"), ("Dikirim", "Diterima"), ("Diterima", "Retur"), (None, "Dipacking"))
            )
            writing.add_event(self.store, order, before, after, self._at())

    def correct_event(self) -> None:
        """The instant of an event is corrected, or the event goes."""
        event = self.store.some(OrderEvent)
        if event and self.rng.random() < 0.4:
            self.store.remove(OrderEvent, event)
        elif event:
            self.store.change(OrderEvent, event, at=self.rng.choice((self._at(), event["at"] - timedelta(seconds=1))))

    def break_order(self) -> None:
        """An order's row says what no order can be, or what its events do not say; or it is right again."""
        order = self._order()
        if order:
            name, value = self.rng.choice((("qty", 0), ("qty", 1), ("is_retur", 1), ("state", "Dipacking")))
            self.store.change(Order, order, **{name: value})

    def flag(self) -> None:
        """An order is marked, changes hands, or costs something else."""
        order, partner = self._order(), self.store.some(Partner)
        if order and partner:
            what = self.rng.choice(("problem", "problem", "partner", "money", "bill"))
            values: Row = {
                "problem": {
                    "is_problem": self.rng.random() < 0.7,
                    "problem_description": self.rng.choice((None, "rusak", "alamat salah")),
                },
                "partner": {"partner_id": partner["id"]},
                "money": {
                    name: self.rng.choice(AMOUNTS)
                    for name in ("grand_total", "net_profit", "return_shipping", "shipping_cost", "service_fee")
                },
                "bill": {"airway_bill": self.rng.choice((None, f"AWB{next(self.store.numbers)}")), "qty": 2},
            }[what]
            self.store.change(Order, order, **values, updated_at=self.now)

    def pickup(self) -> None:
        """An order is to be fetched, due before or after now."""
        self._fetch(self._order())

    def _fetch(self, order: Row | None) -> None:
        if order and not self.store.those(PickupOrder, order_id=order["id"]):
            due = (self._at() + WIB).date() + timedelta(days=self.rng.choice((-1, 0, 0, 1, 3)))
            time = self.rng.choice((0, 1, 25_200, 61_200, 86_399))
            if self.store.those(writing.Address, partner_id=order["partner_id"]):
                writing.add_pickup(self.store, order, self._at(), due, time)

    def hand(self) -> None:
        """An airway bill is handed over or canceled, or that is taken back."""
        self._hand(self.store.some(PickupOrder))

    def _hand(self, bill: Row | None) -> None:
        if bill:
            due = self.store.rows[Pickup][bill["pickup_id"]]
            midnight = datetime.combine(due["pickup_date"], datetime.min.time(), self.now.tzinfo) - WIB
            exactly = midnight + timedelta(seconds=due["pickup_time"])
            at = self.rng.choice((self._at(), self._at(), exactly, exactly, exactly - TICK, exactly + TICK))
            what = self.rng.choice(("handed_at", "handed_at", "handed_at", "canceled_at", "neither"))
            values = {name: at if name == what else None for name in ("handed_at", "canceled_at")}
            self.store.change(PickupOrder, bill, **values, updated_at=self.now)

    def reschedule(self) -> None:
        """A pickup is put off, or given to another courier."""
        pickup, shipment = self.store.some(Pickup), self.store.some(Shipment)
        if pickup and shipment:
            day: date = pickup["pickup_date"] + timedelta(days=self.rng.choice((0, 1, 30)))
            self.store.change(Pickup, pickup, pickup_date=day, shipment_id=shipment["id"], updated_at=self.now)

    def ticket(self) -> None:
        """A partner complains."""
        order = self._order()
        if order:
            writing.add_ticket(self.store, order, self._at())

    def message(self) -> None:
        """Somebody writes into a ticket, or reads, or the ticket is closed."""
        ticket, message = self.store.some(Ticket), self.store.some(TicketMessage)
        if message and self.rng.random() < 0.5:
            self.store.change(TicketMessage, message, read_at=self._at())
        elif ticket and self.rng.random() < 0.5:
            self.store.change(Ticket, ticket, status="closed", closed_at=self.now, updated_at=self.now)
        elif ticket:
            writing.add_message(self.store, ticket, self._at())

    def note(self) -> None:
        """A note on a partner is written, corrected or removed."""
        partner, note = self.store.some(Partner), self.store.some(PartnerNote)
        what = self.rng.random()
        if note and what < 0.15:
            self.store.remove(PartnerNote, note)
        elif note and what < 0.4:
            self.store.change(PartnerNote, note, body=f"ralat {next(self.store.numbers)}", updated_at=self.now)
        elif partner:
            writing.add_note(self.store, partner, self._at())

    def top_up(self) -> None:
        """A partner's balance grows."""
        partner = self.store.some(Partner)
        if partner:
            amount = self.rng.choice(AMOUNTS[1:])
            writing.pay(self.store, "topup", partner["id"], self._at(), "courier", "partner_available", amount)

    def withdraw(self) -> None:
        """A partner asks for money."""
        partner = self.store.some(Partner)
        if partner:
            writing.request_withdrawal(self.store, partner["id"], self._at())

    def decide(self) -> None:
        """A withdrawal goes a step on."""
        self._decide(self.store.some(Withdrawal))

    def payout(self) -> None:
        """A partner with money asks for some of it, and it is decided upon, often more than once."""
        partner = self.store.some(Partner)
        if partner:
            at = self._at(after=self.now - timedelta(days=70))
            amount = self.rng.choice(AMOUNTS[4:])
            writing.pay(self.store, "topup", partner["id"], at, "courier", "partner_available", amount)
            writing.request_withdrawal(self.store, partner["id"], at)
            last = max(self.store.rows[Withdrawal].values(), key=lambda row: row["id"], default=None)
            for _number in range(self.rng.randint(0, 3)):
                self._decide(last)

    def _decide(self, row: Row | None) -> None:
        if not row or row["status"] not in DECISIONS:
            return
        status = self.rng.choice(DECISIONS[row["status"]])
        at = self._at(after=row["decided_at"] or row["reviewed_at"] or row["created_at"])
        if status in MOVEMENTS:
            kind, source, target = MOVEMENTS[status]
            writing.pay(self.store, kind, row["partner_id"], at, source, target, row["nominal"])
        name = {"on_review": "reviewed_at", "reversed": "updated_at"}.get(status, "decided_at")
        values = {"status": status, "notes": "x", "version": row["version"] + 1, "updated_at": self.now, name: at}
        self.store.change(Withdrawal, row, **values)

    def rename(self) -> None:
        """A user, a partner or a courier is called otherwise."""
        match self.rng.choice(("user", "partner", "courier")):
            case "user":
                self.store.change(User, self.store.rows[User][1], full_name=self.rng.choice(NAMES), updated_at=self.now)
            case "partner":
                if partner := self.store.some(Partner):
                    mark = self.rng.randrange(4)
                    values = {"full_name": self.rng.choice(NAMES), "problem_status": mark, "updated_at": self.now}
                    self.store.change(Partner, partner, **values)
            case "courier":
                free = {"ANTERAJA", "LION", "TIKI"} - {row["code"] for row in self.store.rows[Shipment].values()}
                if (courier := self.store.some(Shipment)) and free:
                    self.store.change(Shipment, courier, code=min(free), updated_at=self.now)

    def remove_order(self) -> None:
        """An order goes with all that hangs on it."""
        order = self._order()
        if order and self.rng.random() < 0.5:
            for ticket in self.store.those(Ticket, order_id=order["id"]):
                for message in self.store.those(TicketMessage, ticket_id=ticket["id"]):
                    self.store.remove(TicketMessage, message)
                self.store.remove(Ticket, ticket)
            for model in (PickupOrder, OrderEvent):
                for row in self.store.those(model, order_id=order["id"]):
                    self.store.remove(model, row)
            self.store.remove(Order, order)


_H = History
CHANGES: tuple[Callable[[History], None], ...] = (
    *((_H.step,) * 8), *((_H.travel,) * 6), *((_H.order,) * 3), *((_H.pickup,) * 3), *((_H.hand,) * 4),
    *((_H.ticket,) * 2), *((_H.message,) * 2), *((_H.flag,) * 2), *((_H.payout,) * 4), *((_H.top_up,) * 2),
    *((_H.withdraw,) * 2), *((_H.decide,) * 2), _H.note, _H.rename, _H.partner, _H.product, _H.reschedule,
    _H.remove_order, _H.repeat, _H.misplace, _H.correct_event, _H.break_order,
)  # fmt: skip
