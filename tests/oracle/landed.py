"""Which rows of the store count, and what each of them says: the rules of docs/metrics.md, before any number.

A row that breaks a rule is set aside, and so is whatever hangs on it. Events form one chain per order.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from tests.oracle.days import WIB, day_of
from tests.oracle.store import Row, Rows

STATES = ("Diajukan", "Dipacking", "Dikirim", "Diterima", "Retur", "Batal")
STEPS = {
    (None, "Diajukan"),
    ("Diajukan", "Dipacking"),
    ("Dipacking", "Dikirim"),
    ("Dikirim", "Diterima"),
    ("Dikirim", "Retur"),
    ("Retur", "Retur Diterima"),
    ("Diajukan", "Batal"),
    ("Dipacking", "Batal"),
}
WITHDRAWAL_STATES = ("requested", "on_review", "completed", "rejected", "canceled", "reversed")


@dataclass(slots=True)
class Landed:
    """The rows that count, joined with what they are reported by, and the keys of those set aside, by table."""

    partners: dict[int, Row] = field(default_factory=dict)
    users: list[Row] = field(default_factory=list)
    couriers: tuple[str, ...] = ()
    products: list[Row] = field(default_factory=list)
    orders: dict[int, Row] = field(default_factory=dict)
    events: list[Row] = field(default_factory=list)
    pickups: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    withdrawals: list[Row] = field(default_factory=list)
    ledger: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    aside: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def landed(rows: Rows) -> Landed:
    """What lands of a store."""
    found = Landed()
    codes = {row["id"]: row["code"] for row in rows["shipments"]}
    found.couriers = tuple(sorted(codes.values()))
    found.users = rows["users"]
    found.partners = {row["id"]: row for row in rows["partners"] if row["problem_status"] in range(4)}
    found.aside["dim_partners"] = {row["id"] for row in rows["partners"]} - set(found.partners)
    found.products = _of_partners(found, "dim_products", rows["products"])
    _take_orders(found, rows, codes)
    _take_pickups(found, rows, codes)
    _take_tickets(found, rows, codes)
    for row in _of_partners(found, "fct_withdrawals", rows["withdrawals"]):
        if row["nominal"] > 0 and row["status"] in WITHDRAWAL_STATES and not _is_before(row, "decided_at"):
            found.withdrawals.append(row)
        else:
            found.aside["fct_withdrawals"].add(row["id"])
    _take_ledger(found, rows)
    names = {row["id"]: row["full_name"] for row in rows["users"]}
    found.notes = [
        row | {"author_name": names[row["author_id"]], "owner_name": names.get(row["owner_id"])}
        for row in _of_partners(found, "fct_partner_notes", rows["partner_notes"])
    ]
    return found


def reported_state(order: Row) -> str:
    """The state that reports show: a returned order whose goods are back is Retur Diterima."""
    return "Retur Diterima" if order["state"] == "Retur" and order["is_retur"] == 2 else order["state"]


def chain(events: list[Row]) -> tuple[list[Row], set[int], str | None]:
    """The events of one order that count, the ids of those that wait, and the state in which the chain ends.

    A step that was taken before is the same step again, also when its first row stood in a wrong place.
    """
    taken: dict[tuple[str | None, str], Row] = {}
    misplaced: list[Row] = []
    state: str | None = None
    for event in sorted(events, key=lambda row: (row["at"], row["id"])):
        step = (event["from_state"], event["to_state"])
        if step in taken:
            continue
        if step in STEPS and step[0] == state:
            taken[step] = event
            state = step[1]
        else:
            misplaced.append(event)
    waiting = {row["id"] for row in misplaced if (row["from_state"], row["to_state"]) not in taken}
    return list(taken.values()), waiting, state


def _is_before(row: Row, name: str) -> bool:
    return row[name] is not None and row[name] < row["created_at"]


def _of_partners(found: Landed, table: str, rows: list[Row]) -> list[Row]:
    kept = [row for row in rows if row["partner_id"] in found.partners]
    found.aside[table] |= {row["id"] for row in rows} - {row["id"] for row in kept}
    return kept


def _is_order(row: Row) -> bool:
    was_shipped = row["shipped_at"] is not None
    return (
        row["state"] in STATES
        and row["payment_method"] in ("COD", "BANK TRANSFER")
        and row["is_retur"] in ((1, 2) if row["state"] == "Retur" else (0,))
        and min(row["subtotal"], row["discount"], row["bare_shipping"], row["courier_shipping"] or 0) >= 0
        and row["qty"] > 0
        and not _is_before(row, "shipped_at")
        and was_shipped == (row["state"] in ("Dikirim", "Diterima", "Retur"))
        and (row["state"] != "Diterima" or row["delivered_at"] is not None)
    )


def _take_orders(found: Landed, rows: Rows, codes: dict[int, str]) -> None:
    of_order = defaultdict(list)
    for event in rows["order_events"]:
        of_order[event["order_id"]].append(event)
    for row in _of_partners(found, "fct_orders", rows["orders"]):
        events = of_order.pop(row["id"], [])
        steps, waiting, ends = chain(events)
        found.aside["fct_order_events"] |= waiting
        if _is_order(row) and (not events or ends == reported_state(row)):
            order = row | {"courier": codes[row["shipment_id"]]}
            found.orders[row["id"]] = order
            found.events += [step | {"order": order} for step in steps]
        else:
            found.aside["fct_orders"].add(row["id"])
            found.aside["fct_order_events"] |= {step["id"] for step in steps}
    for events in of_order.values():
        _steps, waiting, _ends = chain(events)
        found.aside["fct_order_events"] |= waiting | {step["id"] for step in _steps}


def _take_pickups(found: Landed, rows: Rows, codes: dict[int, str]) -> None:
    pickups = {row["id"]: row for row in rows["pickups"]}
    places = {row["id"]: row for row in rows["addresses"]}
    orders = {row["id"]: row for row in rows["orders"]}
    for row in rows["pickup_orders"]:
        pickup = pickups[row["pickup_id"]]
        order = orders[row["order_id"]]
        place = places[pickup["address_id"]]
        if (
            pickup["partner_id"] not in found.partners
            or row["order_id"] not in found.orders
            or order["airway_bill"] is None
            or pickup["pickup_time"] not in range(86_400)
            or (row["handed_at"] is not None and row["canceled_at"] is not None)
        ):
            found.aside["fct_pickups"].add(row["id"])
            continue
        due = datetime.combine(pickup["pickup_date"], time()) + timedelta(seconds=pickup["pickup_time"]) - WIB
        found.pickups.append(
            {
                **{name: row[name] for name in ("id", "pickup_id", "order_id", "handed_at", "canceled_at")},
                **{name: pickup[name] for name in ("partner_id", "address_id", "pickup_date", "pickup_time")},
                **{name: place[name] for name in ("district", "city", "pic", "pic_phone")},
                "address_name": place["name"],
                "address_detail": place["detail"],
                "courier": codes[pickup["shipment_id"]],
                "airway_bill": order["airway_bill"],
                "qty": order["qty"],
                "requested_at": pickup["created_at"],
                "due": due,
                "handed_day": None if row["handed_at"] is None else day_of(row["handed_at"]),
            }
        )


def _take_tickets(found: Landed, rows: Rows, codes: dict[int, str]) -> None:
    unread = {
        row["ticket_id"] for row in rows["ticket_messages"] if row["author"] == "partner" and row["read_at"] is None
    }
    found.tickets = [
        row | {"courier": codes[row["shipment_id"]], "is_unread": row["id"] in unread}
        for row in _of_partners(found, "fct_tickets", rows["tickets"])
    ]
    kept = {row["id"] for row in found.tickets}
    found.messages = [row for row in rows["ticket_messages"] if row["ticket_id"] in kept]
    found.aside["fct_ticket_messages"] = {row["id"] for row in rows["ticket_messages"] if row["ticket_id"] not in kept}


def _take_ledger(found: Landed, rows: Rows) -> None:
    transactions = {row["id"]: row for row in rows["ledger_transactions"]}
    kinds = {row["id"]: row["kind"] for row in rows["ledger_accounts"]}
    sums: dict[int, int] = defaultdict(int)
    for row in rows["ledger_entries"]:
        sums[row["transaction_id"]] += row["amount"]
    for row in rows["ledger_entries"]:
        transaction = transactions[row["transaction_id"]]
        if sums[row["transaction_id"]] == 0 and transaction["partner_id"] in found.partners:
            partner = transaction["partner_id"]
            about = {name: transaction[name] for name in ("kind", "order_id", "created_at")}
            found.ledger.append(row | about | {"account_kind": kinds[row["account_id"]], "partner_id": partner})
        else:
            found.aside["fct_ledger"].add(row["id"])
