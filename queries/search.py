"""Finding one object by what somebody has at hand: a number, a name, a phone, an e-mail, in any writing.

Each kind of object has a question of its own that reads narrow columns only (`queries/search_keys.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, Column, ColumnElement, Connection, RowMapping, Select, and_, func, or_, select, union

from queries import measures, search_keys
from queries.schema import dim_partners, fct_orders, fct_tickets, fct_withdrawals

MOST_OF_A_KIND = 6
MOST_SIGNS = 200  # of what is typed; the rest of a longer text is not read
LEAST_SIGNS = 2  # but one digit is enough
_SAME_NAME = 50  # partners whose names hold the words, before whole names are compared
_WITHDRAWAL = ("WD", "WITHDRAWAL", "PENARIKAN", "")
_MOST_ID = 15  # digits


class HitKind(StrEnum):
    """What was found, in the order in which equally good hits are shown."""

    ORDER = "order"
    TICKET = "ticket"
    PARTNER = "partner"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Hit:
    """An object: its key, what it is called, whose it is, a further word on it, the code of its state, its rupiah.

    `is_exact`: it is the very thing that was typed, not one that is like it."""

    kind: HitKind
    key: int
    title: str
    name: str
    detail: str = ""
    state: str = ""
    amount: int | None = None
    is_exact: bool = False


def find(connection: Connection, text: str, kinds: Sequence[HitKind] = tuple(HitKind)) -> list[Hit]:
    """What is meant by a text, exact hits first, at most six of a kind; nothing for a text that is too short."""
    wanted = typed(text)
    if not wanted:
        return []
    found = [hit for kind in HitKind if kind in kinds for hit in _QUESTIONS[kind](connection, wanted)]
    return sorted(found, key=lambda hit: not hit.is_exact)


def typed(text: str) -> str:
    """The text that is searched for: without what no name or number can hold; "" where there is too little of it."""
    readable = text.encode("utf-8", "ignore").decode().replace("\0", " ")[:MOST_SIGNS]
    wanted = " ".join(readable.split())
    return wanted if len(wanted) >= LEAST_SIGNS or wanted.isdecimal() else ""


def _orders(connection: Connection, text: str) -> list[Hit]:
    keys = _keys(text)
    if not keys:
        return []
    table = fct_orders.c
    names = "order_id order_no airway_bill order_digits bill_digits customer_name state is_retur grand_total"
    kept = _kept(select(*(table[name] for name in names.split())), (table.order_digits, table.bill_digits), keys)
    by_number = _is_number(kept.c.order_digits, kept.c.order_no, text)
    by_bill = _is_number(kept.c.bill_digits, kept.c.airway_bill, text)
    is_exact = func.coalesce(by_number[0] | by_bill[0], False).label("is_exact")
    statement = (
        select(kept, measures.reported_state(kept).label("reported"), is_exact)
        .where(by_number[1] | by_bill[1])
        .order_by(is_exact.desc(), kept.c.order_id.desc())
        .limit(MOST_OF_A_KIND)
    )
    return [
        Hit(
            HitKind.ORDER,
            int(row["order_id"]),
            row["order_no"],
            row["customer_name"],
            row["airway_bill"] or "",
            row["reported"],
            int(row["grand_total"]),
            bool(row["is_exact"]),
        )
        for row in connection.execute(statement).mappings()
    ]


def _tickets(connection: Connection, text: str) -> list[Hit]:
    keys = _keys(text)
    if not keys:
        return []
    table = fct_tickets.c
    names = ("ticket_id", "ticket_no", "ticket_digits", "ticket_type", "status", "partner_id")
    kept = _kept(select(*(table[name] for name in names)), (table.ticket_digits,), keys)
    same, alike = _is_number(kept.c.ticket_digits, kept.c.ticket_no, text)
    is_exact = same.label("is_exact")
    statement = (
        select(kept, dim_partners.c.full_name, is_exact)
        .join_from(kept, dim_partners, dim_partners.c.partner_id == kept.c.partner_id)
        .where(alike)
        .order_by(is_exact.desc(), kept.c.ticket_id.desc())
        .limit(MOST_OF_A_KIND)
    )
    return [
        Hit(
            HitKind.TICKET,
            int(row["ticket_id"]),
            row["ticket_no"],
            row["full_name"],
            row["ticket_type"],
            row["status"],
            is_exact=bool(row["is_exact"]),
        )
        for row in connection.execute(statement).mappings()
    ]


def _keys(text: str) -> tuple[int, ...]:
    """Under which keys a number may be kept; none for an e-mail, which may have digits too."""
    return () if "@" in text else search_keys.number_keys(text)


def _kept(statement: Select[Any], columns: Sequence[Column[Any]], keys: Sequence[int]) -> CTE:
    """The rows that have one of the keys in one of the columns, before anything else is asked of them. A question for
    each pair: DuckDB skips what one equality excludes, and reads every row for an OR of several."""
    ways = [statement.where(column == key) for column in columns for key in keys]
    return union(*ways).cte("kept").prefix_with("MATERIALIZED")


def _is_number(
    digits: ColumnElement[Any], column: ColumnElement[Any], text: str
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether a number is the typed one, and whether it is that, ends with it or has no other digits than it."""
    wanted = search_keys.plain_number(text)
    plain = func.regexp_replace(func.upper(column), "[^0-9A-Z]", "", "g")
    ends_alike = plain.endswith(wanted, autoescape=True)
    if wanted.isdecimal() and len(wanted) <= search_keys.MOST_DIGITS:
        ends_alike = ends_alike | (digits == int(wanted))
    has_digits = digits.in_(_keys(text))
    return and_(has_digits, plain == wanted), and_(has_digits, ends_alike)


def _partners(connection: Connection, text: str) -> list[Hit]:
    table = dim_partners.c
    words, phone = search_keys.typed_words(text), search_keys.typed_phone(text)
    ways: list[ColumnElement[bool]] = []
    if words:
        ways.append(and_(*(func.contains(table.name_key, word) for word in words)))
    if phone:
        ways.append(func.starts_with(table.phone_key, phone))
    if not ways:
        return []
    whole = func.starts_with(table.name_key, " ".join(words))
    statement = (
        select(table.partner_id, table.full_name, table.brand_name, table.email, table.phone, table.phone_key)
        .where(or_(*ways))
        .order_by((table.phone_key == (phone or "")).desc(), whole.desc(), table.partner_id)
        .limit(_SAME_NAME)
    )
    found = [_partner(row, text, phone) for row in connection.execute(statement).mappings()]
    return sorted(found, key=lambda hit: not hit.is_exact)[:MOST_OF_A_KIND]


def _partner(row: RowMapping, text: str, phone: str | None) -> Hit:
    words = sorted(search_keys.typed_words(text))
    is_named = any(sorted(search_keys.typed_words(row[name])) == words for name in ("full_name", "brand_name", "email"))
    brand = row["brand_name"] if row["brand_name"] != row["full_name"] else ""
    detail = " · ".join(part for part in (row["phone"], row["email"]) if part)
    is_exact = bool(is_named and words) or (phone is not None and row["phone_key"] == phone)
    return Hit(HitKind.PARTNER, int(row["partner_id"]), row["full_name"], brand, detail, is_exact=is_exact)


def _withdrawals(connection: Connection, text: str) -> list[Hit]:
    number = search_keys.plain_number(text)
    before = next(word for word in _WITHDRAWAL if number.startswith(word))
    digits = number.removeprefix(before)
    if not digits.isdecimal() or digits.startswith("0") or len(digits) > _MOST_ID:
        return []
    table = fct_withdrawals.c
    statement = (
        select(table.withdrawal_id, table.nominal, table.status, table.bank_name, dim_partners.c.full_name)
        .join_from(fct_withdrawals, dim_partners, dim_partners.c.partner_id == table.partner_id)
        .where(table.withdrawal_id == int(digits))
    )
    return [
        Hit(
            HitKind.WITHDRAWAL,
            int(row["withdrawal_id"]),
            str(row["withdrawal_id"]),
            row["full_name"],
            row["bank_name"],
            row["status"],
            int(row["nominal"]),
            is_exact=True,
        )
        for row in connection.execute(statement).mappings()
    ]


_QUESTIONS: dict[HitKind, Callable[[Connection, str], Iterable[Hit]]] = {
    HitKind.ORDER: _orders,
    HitKind.TICKET: _tickets,
    HitKind.PARTNER: _partners,
    HitKind.WITHDRAWAL: _withdrawals,
}
