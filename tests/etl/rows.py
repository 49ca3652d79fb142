"""Rows of a small store, written straight to its tables."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

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

START = datetime(2022, 10, 1, 16, 59, tzinfo=UTC)  # a minute before midnight WIB
LIFE = ("Diajukan", "Dipacking", "Dikirim", "Diterima")
STAMPS = {"Dipacking": "packed_at", "Dikirim": "shipped_at", "Diterima": "delivered_at", "Retur": "returned_at"}


COURIERS = ("JNE", "SICEPAT", "SAP", "POS", "NINJA")


def fill(con: Connection, *, partners: int = 4, orders: int = 12, users: int = 1, couriers: int = 2) -> None:
    """Users, couriers, partners with a product and an address, orders in Diajukan."""
    con.execute(insert(User), [_user(i) for i in range(1, users + 1)])
    con.execute(
        insert(Shipment),
        [
            {
                "id": i,
                "code": code,
                "name": code,
                "service_fee_bp": 280,
                "cashback_bp": 2500,
                "is_active": True,
                "updated_at": START,
            }
            for i, code in enumerate(COURIERS[:couriers], 1)
        ],
    )
    con.execute(insert(Partner), [_partner(i) for i in range(1, partners + 1)])
    con.execute(insert(Address), [_address(i) for i in range(1, partners + 1)])
    con.execute(
        insert(Product),
        [
            {
                "id": i,
                "partner_id": i,
                "name": "Kaos",
                "sku": f"S{i}",
                "price": 1,
                "weight": 1,
                "created_at": START,
                "updated_at": START,
            }
            for i in range(1, partners + 1)
        ],
    )
    con.execute(insert(LedgerAccount), [{"id": 1, "kind": "courier", "balance": 0}])
    for number in range(1, orders + 1):
        add_order(
            con, partner_id=1 + number % partners, at=START + timedelta(minutes=7 * number), shipment_id=1 + number % 2
        )


def _user(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "username": f"u{i}",
        "email": f"u{i}@x.test",
        "full_name": f"Staf {i}",
        "phone": "08",
        "role_id": 2,
        "password_hash": "x",
        "gender": 1,
        "marital_status": 0,
        "created_at": START,
        "updated_at": START,
    }


def _partner(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "full_name": f"Mitra {i} 'Ünï' 🧕",
        "brand_name": f"B{i}",
        "email": f"p{i}@x.test",
        "phone": f"08{i}",
        "city": "Solo",
        "joined_at": START,
        "problem_status": 0,
        "is_tracking_sales": False,
        "notify_whatsapp": False,
        "updated_at": START,
    }


def _address(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "partner_id": i,
        "name": "Gudang",
        "detail": "Jl",
        "district": "Laweyan",
        "city": "Solo",
        "province": "Jateng",
        "pic": "Ani",
        "pic_phone": "08",
        "updated_at": START,
    }


def add_order(con: Connection, *, partner_id: int, at: datetime, shipment_id: int = 1, **values: Any) -> int:
    """An order in Diajukan with its first event; returns its id."""
    number = (con.scalar(select(func.max(Order.id))) or 0) + 1
    row = {
        "id": number,
        "partner_id": partner_id,
        "shipment_id": shipment_id,
        "order_no": f"O{number}",
        "airway_bill": f"AWB{number}",
        "payment_method": "COD" if number % 3 else "BANK TRANSFER",
        "state": "Diajukan",
        "is_retur": 0,
        "is_problem": False,
        "is_lost": False,
        "customer_name": "Sri",
        "customer_city": "Tegal",
        "qty": 1,
        "subtotal": 100_000,
        "discount": 0,
        "bare_shipping": 10_000,
        "fee_bearer": "seller",
        "service_fee": 3_080,
        "shipping_cost": 10_000,
        "shipping_cashback": 2_500,
        "grand_total": 110_000,
        "net_profit": 99_420,
        "return_shipping": 10_000,
        "created_at": at,
        "updated_at": at,
    } | values
    con.execute(insert(Order), [row])
    con.execute(insert(OrderEvent), [{"order_id": number, "to_state": "Diajukan", "at": at}])
    return number


def move(con: Connection, order_id: int, state: str, at: datetime) -> None:
    """Move an order to a state, with the event."""
    before = con.scalar(select(Order.state).where(Order.id == order_id))
    con.execute(
        update(Order)
        .where(Order.id == order_id)
        .values(
            {"state": state, STAMPS.get(state, "canceled_at"): at, "is_retur": int(state == "Retur"), "updated_at": at}
        )
    )
    con.execute(insert(OrderEvent), [{"order_id": order_id, "from_state": before, "to_state": state, "at": at}])


def everything(con: Connection, *, orders: int = 6, partners: int = 2) -> None:
    """Rows in every table that lands, over a store that `fill` has filled: of so many of its orders and partners."""
    rng = random.Random(5)
    columns = (Order.id, Order.partner_id, Order.shipment_id, Order.created_at)
    for order in list(con.execute(select(*columns).order_by(Order.id).limit(orders))):
        _pickup(con, order, rng)
        _ticket(con, order, order.created_at)
        move(con, order.id, "Dipacking", order.created_at + timedelta(hours=1))
        if order.id % 2:
            move(con, order.id, "Dikirim", order.created_at + timedelta(hours=30))
        _movement(con, order.partner_id, 1_000 * order.id, order.created_at)
    handed = update(PickupOrder).where(PickupOrder.order_id <= 3)
    con.execute(handed.values(handed_at=START + timedelta(days=2), updated_at=START))
    for number in range(1, partners + 1):
        con.execute(insert(BankAccount), [_bank_account(number)])
        con.execute(insert(Withdrawal), [_withdrawal(number)])
        note = {"partner_id": number, "author_id": 1, "body": f"n{number}", "created_at": START, "updated_at": START}
        con.execute(insert(PartnerNote), [note])


def _bank_account(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "partner_id": i,
        "bank_name": "BCA",
        "account_no": f"00{i}",
        "account_name": f"Mitra {i}",
        "is_default": True,
        "created_at": START,
        "updated_at": START,
        "details_at": START,
    }


def _withdrawal(i: int) -> dict[str, Any]:
    return {
        "id": i,
        "partner_id": i,
        "bank_account_id": i,
        "bank_name": "BCA",
        "bank_account_no": f"00{i}",
        "bank_account_name": f"Mitra {i}",
        "nominal": 50_000 * i,
        "beginning_balance": 100_000 * i,
        "status": "completed" if i == 1 else "requested",
        "version": 1,
        "created_at": START,
        "decided_at": START if i == 1 else None,
        "updated_at": START,
    }


def mutate(con: Connection, seed: int) -> None:
    """One random, valid change of the store."""
    rng = random.Random(seed)
    at = START + timedelta(seconds=rng.randrange(0, 40 * 86_400))
    orders = list(con.execute(select(Order.id, Order.state, Order.created_at, Order.partner_id, Order.shipment_id)))
    partners = list(con.scalars(select(Partner.id)))
    action = rng.choice(
        (
            "new",
            "move",
            "move",
            "move",
            "pickup",
            "hand",
            "ticket",
            "message",
            "note",
            "ledger",
            "rename",
            "courier",
            "partner",
            "delete",
            "flag",
        )
    )
    chosen = rng.choice(orders)
    if action == "new":
        add_order(con, partner_id=rng.choice(partners), at=at, shipment_id=rng.choice((1, 2)))
    elif action == "move":
        step = {"Diajukan": "Dipacking", "Dipacking": "Dikirim", "Dikirim": rng.choice(("Diterima", "Retur"))}.get(
            chosen.state
        )
        if step:
            move(con, chosen.id, step, chosen.created_at + timedelta(hours=rng.randrange(1, 400)))
    elif action == "pickup":
        _pickup(con, chosen, rng)
    elif action == "hand":
        con.execute(
            update(PickupOrder)
            .where(PickupOrder.order_id == chosen.id, PickupOrder.canceled_at.is_(None))
            .values(handed_at=at, updated_at=at)
        )
    elif action == "ticket":
        _ticket(con, chosen, at)
    elif action == "message":
        con.execute(update(TicketMessage).values(read_at=at))
    elif action == "note":
        con.execute(
            insert(PartnerNote),
            [
                {
                    "partner_id": rng.choice(partners),
                    "author_id": 1,
                    "body": f"n{seed}",
                    "created_at": at,
                    "updated_at": at,
                }
            ],
        )
    elif action == "ledger":
        _movement(con, rng.choice(partners), rng.randrange(1, 10**12), at)
    elif action == "rename":
        con.execute(update(User).values(full_name=f"Staf {seed}"))
    elif action == "courier":
        con.execute(update(Shipment).where(Shipment.id == 1).values(code=rng.choice(("JNE", "SAP", "POS"))))
    elif action == "partner":
        con.execute(update(Partner).where(Partner.id == rng.choice(partners)).values(full_name=f"Baru {seed}"))
    elif action == "flag":
        con.execute(
            update(Order)
            .where(Order.id == chosen.id)
            .values(is_problem=rng.random() < 0.5, partner_id=rng.choice(partners))
        )
    elif len(orders) > 3:
        _delete_order(con, chosen.id)


def _ticket(con: Connection, order: Any, at: datetime) -> None:
    number = (con.scalar(select(func.max(Ticket.id))) or 0) + 1
    row = {
        "id": number,
        "partner_id": order.partner_id,
        "order_id": order.id,
        "shipment_id": order.shipment_id,
        "ticket_no": f"T{number}",
        "ticket_type": "lambat",
        "status": "open",
        "description": "?",
        "created_at": at,
        "updated_at": at,
    }
    con.execute(insert(Ticket), [row])
    con.execute(insert(TicketMessage), [{"ticket_id": number, "author": "partner", "body": "halo", "created_at": at}])


def _pickup(con: Connection, order: Any, rng: random.Random) -> None:
    if con.scalar(select(PickupOrder.id).where(PickupOrder.order_id == order.id)):
        return
    number = (con.scalar(select(func.max(Pickup.id))) or 0) + 1
    con.execute(
        insert(Pickup),
        [
            {
                "id": number,
                "partner_id": order.partner_id,
                "address_id": order.partner_id,
                "shipment_id": order.shipment_id,
                "pickup_date": date(2022, 10, 1 + rng.randrange(30)),
                "pickup_time": rng.choice((0, 25_200, 86_399)),
                "vehicle": "MOTOR",
                "created_at": order.created_at,
                "updated_at": order.created_at,
            }
        ],
    )
    con.execute(insert(PickupOrder), [{"pickup_id": number, "order_id": order.id, "updated_at": order.created_at}])


def _movement(con: Connection, partner_id: int, amount: int, at: datetime) -> None:
    number = (con.scalar(select(func.max(LedgerTransaction.id))) or 0) + 1
    con.execute(
        insert(LedgerTransaction), [{"id": number, "kind": "topup", "partner_id": partner_id, "created_at": at}]
    )
    con.execute(
        insert(LedgerEntry),
        [{"transaction_id": number, "account_id": 1, "amount": sign * amount, "balance_after": 0} for sign in (1, -1)],
    )


def _delete_order(con: Connection, order_id: int) -> None:
    tickets = select(Ticket.id).where(Ticket.order_id == order_id)
    con.execute(delete(TicketMessage).where(TicketMessage.ticket_id.in_(tickets)))
    for model in (Ticket, PickupOrder, OrderEvent):
        con.execute(delete(model).where(model.order_id == order_id))
    con.execute(delete(Order).where(Order.id == order_id))
