"""Filling an empty store, block by block of whole partners, in one transaction."""

from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np
from sqlalchemy import Engine

from etl.demo.accounts import create_accounts, create_couriers
from etl.demo.calendar import Calendar, Ints
from etl.demo.money import open_bank, write_accounts, write_money
from etl.demo.orders import draw_life, draw_money
from etl.demo.partners import Partners, draw_partners, write_partners
from etl.demo.support import write_tickets
from etl.demo.totals import ExpectedTotals
from etl.demo.trade import count_orders, write_events, write_orders, write_pickups
from etl.demo.writing import Writer, bulk_transaction

BLOCK_ORDERS = 200_000


def fill(
    engine: Engine,
    *,
    orders: int,
    seed: int,
    now: datetime,
    password_hash: str,
    progress: Callable[[float, str], None] | None = None,
) -> ExpectedTotals:
    """Fill a migrated, empty store with `orders` orders of the 24 months up to `now` (aware); 0: only the accounts.

    All or nothing: one transaction. `progress` gets the fraction done (0 to 1) and what is being done.
    Memory is bounded by BLOCK_ORDERS and the largest partner, whatever `orders` is.

    Raises:
        ValueError: when `orders` is negative.
    """
    if orders < 0:
        raise ValueError(f"orders is {orders}: give 0 or more")
    totals = ExpectedTotals()
    calendar = Calendar(now)
    report = progress or (lambda _fraction, _text: None)
    with bulk_transaction(engine) as connection:
        create_accounts(connection, now=now, password_hash=password_hash)
        create_couriers(connection, now=now)
        if orders:
            _fill_trade(Writer(connection), calendar, orders, seed, totals, report)
        report(0.9, "index")
    report(1.0, "demo data")
    return totals


def _fill_trade(
    writer: Writer, calendar: Calendar, orders: int, seed: int, totals: ExpectedTotals,
    report: Callable[[float, str], None],
) -> None:  # fmt: skip
    rng = np.random.default_rng(seed)
    partners = draw_partners(rng, calendar, orders)
    write_partners(writer, rng, calendar, partners, totals)
    bank = open_bank(partners)
    next_order, next_event, next_pickup, next_ticket = 1, 1, (1, 1), (1, 1)
    for block in _blocks(partners):
        rng = np.random.default_rng([seed, next_order])
        life = draw_life(rng, calendar, partners, block, orders)
        money = draw_money(rng, partners, life)
        write_orders(writer, rng, life, money, next_order)
        next_event = write_events(writer, life, next_order, next_event, totals)
        next_pickup = write_pickups(writer, calendar, life, next_order, next_pickup, totals)
        next_ticket = write_tickets(writer, rng, calendar, life, next_order, next_ticket, totals)
        write_money(writer, rng, calendar, partners, bank, life, money, next_order, totals)
        count_orders(life, money, totals)
        next_order += len(block)
        report(0.9 * (next_order - 1) / orders, f"{next_order - 1:,} orders")
    write_accounts(writer, bank, totals)


def _blocks(partners: Partners) -> Iterator[Ints]:
    """The partner position of each order, in blocks of whole partners of about BLOCK_ORDERS orders."""
    positions = np.arange(len(partners.orders))
    block = (np.cumsum(partners.orders) - 1) // BLOCK_ORDERS
    for number in range(int(block.max()) + 1):
        chosen = block == number
        repeated = np.repeat(positions[chosen], partners.orders[chosen])
        if len(repeated):
            yield repeated
