"""How long a search takes: `.venv/bin/python -m tests.bench.finding FOLDER`, a folder that `make bench` filled.

Milliseconds of a processor beside those of the clock: a clock says little on a machine under load.
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from queries import order_detail, ticket_detail
from queries.engine import Warehouse
from queries.schema import dim_partners, fct_orders, fct_tickets, fct_withdrawals
from queries.search import find
from tests.bench.loading import processor_seconds

ROUNDS = 9
Asked = Callable[[Connection], Any]


def asked(connection: Connection) -> dict[str, Asked]:
    """What somebody types about objects from the middle of the data, and the pages that open then."""
    orders = connection.scalar(select(func.max(fct_orders.c.order_id))) or 0
    order = connection.execute(select(fct_orders).where(fct_orders.c.order_id == orders // 2)).mappings().one()
    partner = connection.execute(select(dim_partners).where(dim_partners.c.partner_id == 1_000)).mappings().one()
    tickets = connection.scalar(select(func.count()).select_from(fct_tickets)) or 0
    ticket = connection.execute(select(fct_tickets).where(fct_tickets.c.ticket_id == tickets // 2)).mappings().one()
    withdrawal = connection.scalar(select(func.max(fct_withdrawals.c.withdrawal_id))) or 0
    typed = {
        "order number": order["order_no"],
        "airway bill": order["airway_bill"] or "JNE0000000001",
        "digits alone": str(orders // 2),
        "ticket": ticket["ticket_no"],
        "name": partner["full_name"],
        "one common word": "toko",
        "phone": f"+62 {partner['phone'][1:4]}-{partner['phone'][4:]}",
        "e-mail": partner["email"],
        "withdrawal": f"WD {withdrawal // 2}",
        "nothing like it": "zzz tidak ada",
    }
    found: dict[str, Asked] = {f"search: {name}": partial(find, text=text) for name, text in typed.items()}
    of_order = (
        order_detail.facts,
        order_detail.events,
        order_detail.pickup,
        order_detail.tickets,
        order_detail.paid_by,
    )
    found |= {f"order page: {each.__name__}": partial(each, order_id=orders // 2) for each in of_order}
    of_ticket = (ticket_detail.facts, ticket_detail.messages)
    return found | {f"ticket page: {each.__name__}": partial(each, ticket_id=tickets // 2) for each in of_ticket}


def measure(warehouse: Warehouse) -> dict[str, tuple[float, float]]:
    """Median milliseconds of a processor and of the clock, by what is asked."""
    with warehouse.read() as connection:
        questions = asked(connection)
        took = {}
        for name, ask in questions.items():
            ask(connection)
            worked, waited = [], []
            for _round in range(ROUNDS):
                began, started = processor_seconds(), time.perf_counter()
                ask(connection)
                worked.append((processor_seconds() - began) * 1000)
                waited.append((time.perf_counter() - started) * 1000)
            took[name] = (statistics.median(worked), statistics.median(waited))
    return took


if __name__ == "__main__":
    opened = Warehouse(Path(sys.argv[1]) / "warehouse.duckdb")
    for question, (processor, clock) in measure(opened).items():
        print(f"{question:28}{processor:8.1f} ms of a processor{clock:8.1f} ms")
    opened.close()
