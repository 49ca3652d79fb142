"""A small store that random changes are made to. It knows its rows, so that a change needs no question to the store."""

from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from api.models import (
    Address,
    BankAccount,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
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
from tests.oracle.days import day_of
from tests.oracle.instants import AMOUNTS, NAMES

Row = dict[str, Any]
COURIER_PRICES = (None, 0, 1, 49_999, 333_333)  # of the shipping; None is not known
MODELS: tuple[Any, ...] = (
    User,
    Shipment,
    Partner,
    Address,
    BankAccount,
    Product,
    Order,
    OrderEvent,
    Pickup,
    PickupOrder,
    Ticket,
    TicketMessage,
    Withdrawal,
    LedgerAccount,
    LedgerTransaction,
    LedgerEntry,
    PartnerNote,
)


class Store:
    """The rows by model, as they were written, and how rows are written."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.rows: dict[Any, dict[int, Row]] = {model: {} for model in MODELS}
        self._ids = {model: count(1) for model in MODELS}
        self.numbers = count(1)  # for texts that must differ
        self.connection: Connection

    def add(self, model: Any, **values: Any) -> Row:
        """A new row; its id is drawn here, so that the same seed gives the same rows on every database."""
        row = {"id": self.new_id(model), **values}
        self.connection.execute(insert(model), [row])
        self.rows[model][row["id"]] = row
        return row

    def new_id(self, model: Any) -> int:
        """A key that no row has had."""
        return next(self._ids[model])

    def change(self, model: Any, row: Row, **values: Any) -> None:
        """Change columns of a row."""
        self.connection.execute(update(model).where(model.id == row["id"]).values(values))
        row.update(values)

    def remove(self, model: Any, row: Row) -> None:
        """Delete a row."""
        self.connection.execute(delete(model).where(model.id == row["id"]))
        del self.rows[model][row["id"]]

    def some(self, model: Any) -> Row | None:
        """One row, or None where there is none."""
        rows = list(self.rows[model].values())
        return self.rng.choice(rows) if rows else None

    def those(self, model: Any, **values: Any) -> list[Row]:
        """The rows with these values."""
        return [row for row in self.rows[model].values() if all(row[name] == value for name, value in values.items())]


def fill(store: Store, at: datetime) -> None:
    """A user, couriers, the platform's accounts."""
    store.add(
        User, username="u1", email="u1@x.test", full_name="Staf Satu", phone="08", role_id=2, password_hash="x",
        gender=1, marital_status=0, may_self_approve=False, created_at=at, updated_at=at,
    )  # fmt: skip
    for code in store.rng.sample(("JNE", "SICEPAT", "IDEXPRESS", "SAP", "POS"), store.rng.randint(2, 4)):
        rates = {"service_fee_bp": 280, "cashback_bp": 2500}
        store.add(Shipment, code=code, name=code.title(), is_active=True, updated_at=at, **rates)
    for kind in ("courier", "cash", "fees"):
        store.add(LedgerAccount, kind=kind, partner_id=None, balance=0)


def add_partner(store: Store, at: datetime) -> None:
    """A partner with its address, bank account, ledger accounts, and most often a product."""
    rng = store.rng
    partner = store.add(
        Partner, full_name=rng.choice(NAMES), brand_name="B", email="x", phone=f"08{rng.randrange(100)}", city="Solo",
        joined_at=at, problem_status=rng.choice((0, 0, 1, 2, 3)), is_tracking_sales=False, notify_whatsapp=False,
        email_verified_at=rng.choice((None, at)), is_onboarded=rng.random() < 0.5, updated_at=at,
    )  # fmt: skip
    number = partner["id"]
    store.change(Partner, partner, email=f"P{number}@x.test")
    store.add(
        Address, partner_id=number, name="Gudang", detail="Jl", district="Laweyan", city=rng.choice(("Solo", "Tegal")),
        province="Jateng", pic="Ani", pic_phone="08", updated_at=at,
    )  # fmt: skip
    store.add(
        BankAccount, partner_id=number, bank_name="BCA", account_no=f"00{number}7", account_name="Sri",
        is_default=True, created_at=at, updated_at=at,
    )  # fmt: skip
    for kind in ("partner_available", "partner_reserved"):
        store.add(LedgerAccount, kind=kind, partner_id=number, balance=0)
    if rng.random() < 0.8:
        add_product(store, partner, at)


def add_product(store: Store, partner: Row, at: datetime) -> None:
    """A product of a partner."""
    store.add(Product, partner_id=partner["id"], name="Kaos", sku="S", price=1, weight=1, created_at=at, updated_at=at)


def add_order(store: Store, partner: Row, at: datetime) -> Row:
    """An order in Diajukan, with its first event."""
    rng = store.rng
    number = next(store.numbers)
    money = {
        name: rng.choice(AMOUNTS)
        for name in ("subtotal", "bare_shipping", "service_fee", "shipping_cost", "shipping_cashback", "grand_total")
    }
    shipment = store.some(Shipment)
    assert shipment is not None
    order = store.add(
        Order, partner_id=partner["id"], product_id=None, shipment_id=shipment["id"], order_no=f"O{number}",
        airway_bill=None if rng.random() < 0.05 else f"AWB{number}",
        payment_method=rng.choice(("COD", "BANK TRANSFER")), state="Diajukan",
        is_retur=0, is_problem=False, is_lost=False, problem_description=None, customer_name="Sri",
        customer_city="Tegal", qty=1, discount=0, fee_bearer="seller", net_profit=rng.choice((-5000, *AMOUNTS)),
        return_shipping=rng.choice((1, 5, 9, 13, 17, 333_333, *AMOUNTS[:7])), created_at=at, updated_at=at,
        courier_shipping=COURIER_PRICES[number % len(COURIER_PRICES)], **money,
    )  # fmt: skip
    add_event(store, order, None, "Diajukan", at)
    return order


def add_event(store: Store, order: Row, before: str | None, after: str, at: datetime) -> Row:
    """One change of state."""
    return store.add(OrderEvent, order_id=order["id"], from_state=before, to_state=after, at=at, by_user_id=None)


def add_pickup(store: Store, order: Row, at: datetime, due_day: Any, due_time: int) -> None:
    """An order in a pickup request: one of its own, or a waiting one of the partner."""
    (place,) = store.those(Address, partner_id=order["partner_id"])[:1]
    open_ones = store.those(Pickup, partner_id=order["partner_id"], shipment_id=order["shipment_id"])
    if open_ones and store.rng.random() < 0.5:
        pickup = store.rng.choice(open_ones)
    else:
        pickup = store.add(
            Pickup, partner_id=order["partner_id"], address_id=place["id"], shipment_id=order["shipment_id"],
            pickup_date=due_day, pickup_time=due_time, vehicle="MOTOR", created_at=at, updated_at=at,
        )  # fmt: skip
    store.add(
        PickupOrder, pickup_id=pickup["id"], order_id=order["id"], handed_at=None, canceled_at=None, updated_at=at
    )


def add_ticket(store: Store, order: Row, at: datetime) -> None:
    """A ticket about an order, with a message of the partner."""
    number = next(store.numbers)
    ticket = store.add(
        Ticket, partner_id=order["partner_id"], order_id=order["id"], shipment_id=order["shipment_id"],
        ticket_no=f"T{number}", ticket_type="lambat", status=store.rng.choice(("open", "in_progress", "closed")),
        description="?", created_at=at, closed_at=None, updated_at=at,
    )  # fmt: skip
    add_message(store, ticket, at)


def add_message(store: Store, ticket: Row, at: datetime) -> None:
    """A message of the partner or of staff."""
    author = store.rng.choice(("partner", "partner", "staff"))
    store.add(TicketMessage, ticket_id=ticket["id"], author=author, body="halo", created_at=at, read_at=None)


def add_note(store: Store, partner: Row, at: datetime) -> None:
    """A note of staff on a partner."""
    owner = store.rng.choice((None, 1))
    store.add(
        PartnerNote, partner_id=partner["id"], author_id=1, body=f"catatan {next(store.numbers)}", owner_id=owner,
        next_follow_up=store.rng.choice((None, day_of(at))), created_at=at, updated_at=at,
    )  # fmt: skip


def pay(store: Store, kind: str, partner_id: int, at: datetime, source: str, target: str, amount: int) -> bool:
    """Move money between two accounts; False where the first does not hold it."""
    accounts = [_account(store, name, partner_id) for name in (source, target)]
    if source.startswith("partner") and accounts[0]["balance"] < amount:
        return False
    transaction = store.add(
        LedgerTransaction, kind=kind, partner_id=partner_id, order_id=None, withdrawal_id=None, created_at=at
    )
    for account, change in zip(accounts, (-amount, amount), strict=True):
        store.change(LedgerAccount, account, balance=account["balance"] + change)
        entry = {"account_id": account["id"], "amount": change, "balance_after": account["balance"]}
        store.add(LedgerEntry, transaction_id=transaction["id"], **entry)
    return True


def _account(store: Store, kind: str, partner_id: int) -> Row:
    owner = partner_id if kind.startswith("partner") else None
    return store.those(LedgerAccount, kind=kind, partner_id=owner)[0]


def request_withdrawal(store: Store, partner_id: int, at: datetime) -> None:
    """A withdrawal of a part of what the partner has."""
    account = store.those(BankAccount, partner_id=partner_id)[0]
    balance = _account(store, "partner_available", partner_id)["balance"]
    nominal = store.rng.choice((1, 50_000, max(balance, 1), balance // 3 + 1))
    if pay(store, "withdrawal_reserve", partner_id, at, "partner_available", "partner_reserved", nominal):
        store.add(
            Withdrawal, partner_id=partner_id, bank_account_id=account["id"], bank_name=account["bank_name"],
            bank_account_no=account["account_no"], bank_account_name=account["account_name"], nominal=nominal,
            beginning_balance=balance, status="requested", notes=None, version=1, created_at=at, reviewed_at=None,
            decided_at=None, updated_at=at,
        )  # fmt: skip
