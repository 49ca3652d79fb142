"""Search everywhere: numbers, names and phones in any writing, and texts that mean nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import literal, select

from queries import search_keys
from queries.engine import Warehouse
from queries.schema import dim_partners, fct_orders, fct_tickets, fct_withdrawals
from queries.search import HitKind, find

Put = Callable[..., None]
Find = Callable[[str], list[tuple[str, int, bool]]]
ORDERS = {1: ("KOM-000000123", "JNE0000000123"), 2: ("INV/2022/001-23", None), 3: ("KOM-000000777", "EE123456789ID"),
          4: ("TOKO-9-2022", "00123"), 5: ("toko-8-2022", "SAP0000000123"), 6: ("100%", "A_1")}  # fmt: skip
PARTNERS = {
    1: ("Toko  Berkah Jaya ", "Berkah", "berkah@mitra.id", "081279440987"),
    2: ("José Ñandú", "Café Ñandú", "jose@mitra.id", "+62 812-7944-0988"),
    3: ("Siti \u202eAminah\u202c", "Siti 🌸", "siti@mitra.id", "6281279440989"),
    4: ('O\'Brien "Si Kurir" 100%_', "", "o'brien@mitra.id", "021 555 0101"),
    5: ("W" * 150, "", "w@mitra.id", "+65 9123 4567"),
    6: ("Budi Santoso", "Santoso", "budi@mitra.id", "(0621) 555-0102"),
}


@pytest.fixture
def filled(warehouse: Warehouse, put: Put) -> None:
    joined = {"joined_at": datetime(2022, 1, 1)}
    for key, (name, brand, email, phone) in PARTNERS.items():
        put(dim_partners, {"partner_id": key, "full_name": name, "brand_name": brand, "email": email, "phone": phone,
                           **joined, **_keys(warehouse, name, brand, email, phone)})  # fmt: skip
    for key, (number, bill) in ORDERS.items():
        put(fct_orders, {"order_id": key, "order_no": number, "airway_bill": bill, "state": "Diajukan",
                         "created_at": datetime(2022, 11, 1), **_digits(warehouse, number, bill)})  # fmt: skip
    put(fct_tickets, {"ticket_id": 9, "partner_id": 1, "ticket_no": "TCK-00000123", "ticket_digits": 123,
                      "created_at": datetime(2022, 11, 1)})  # fmt: skip
    put(fct_withdrawals, {"withdrawal_id": 123, "partner_id": 1, "nominal": 5, "status": "requested",
                          "created_at": datetime(2022, 11, 1)})  # fmt: skip


def _keys(warehouse: Warehouse, *texts: str) -> dict[str, str]:
    """The keys as ETL lands them."""
    name, brand, email, phone = (literal(text) for text in texts)
    with warehouse.read() as connection:
        row = connection.execute(select(search_keys.name_key(name, brand, email), search_keys.phone_key(phone))).one()
    return {"name_key": row[0], "phone_key": row[1]}


def _digits(warehouse: Warehouse, number: str, bill: str | None) -> dict[str, int | None]:
    with warehouse.read() as connection:
        row = connection.execute(
            select(*(search_keys.number_key(literal(text)) for text in (number, bill or "")))
        ).one()
    return {"order_digits": row[0], "bill_digits": row[1]}


@pytest.fixture
def hits(warehouse: Warehouse, filled: None) -> Find:
    def ask(text: str) -> list[tuple[str, int, bool]]:
        with warehouse.read() as connection:
            return [(hit.kind.value, hit.key, hit.is_exact) for hit in find(connection, text)]

    return ask


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("KOM-000000123", 1), ("kom-000000123", 1), (" KOM 000000123 ", 1), ("KOM000000123", 1), ("jne0000000123", 1),
        ("JNE 0000 0001 23", 1), ("inv/2022/001-23", 2), ("INV 2022 001 23", 2), ("ee 123 456 789 id", 3),
        ("TOKO-8-2022", 5), ("toko 9 2022", 4), ("００123", 4),
    ],
)  # fmt: skip
def test_a_number_is_found_in_any_writing_and_alone(hits: Find, text: str, order: int) -> None:
    assert hits(text)[0] == ("order", order, True)
    assert [hit for hit in hits(text) if hit[0] == "order" and hit[2]] == [("order", order, True)]


def test_digits_alone_find_whatever_ends_with_them_and_exact_hits_come_first(hits: Find) -> None:
    found = hits("123")
    assert found[0] == ("withdrawal", 123, True)
    assert set(found[1:]) == {("order", key, False) for key in (1, 4, 5)} | {("ticket", 9, False)}
    assert hits("0000000123")[0][0] == "order"
    assert hits("wd 123") == [("withdrawal", 123, True)]
    assert hits("#123")[0] == ("withdrawal", 123, True)
    assert ("order", 1, True) not in hits("SAP 0000000123")


@pytest.mark.parametrize(
    "text",
    ["081279440987", "6281279440987", "+6281279440987", "+62 812-7944-0987", "(0812) 7944.0987", "0062 812 7944 0987",
     "812 7944 0987", "＋６２８１２７９４４０９８７", "\u202a+62 812‑7944‑0987\u202c"],
)  # fmt: skip
def test_a_phone_is_found_in_any_writing(hits: Find, text: str) -> None:
    assert hits(text)[0] == ("partner", 1, True)


@pytest.mark.parametrize(
    ("text", "partner"),
    [("0812 7944 0988", 2), ("62 812 7944 0989", 3), ("021-5550101", 4), ("+62 21 555 0101", 4), ("+6591234567", 5),
     ("+62 621 555 0102", 6), ("0621 5550102", 6)],
)  # fmt: skip
def test_phones_are_found_however_they_are_kept(hits: Find, text: str, partner: int) -> None:
    assert hits(text)[0] == ("partner", partner, True)


def test_the_last_part_of_a_phone_is_no_number_of_an_order(warehouse: Warehouse, hits: Find, put: Put) -> None:
    put(fct_orders, {"order_id": 8, "order_no": "KOM-000000987", "order_digits": 987, "state": "Diajukan",
                     "created_at": datetime(2022, 11, 1)})  # fmt: skip
    assert hits("0812 7944 0987") == [("partner", 1, True)]
    assert hits("0987") == [("order", 8, False)]
    assert hits("9-2022") == [("order", 4, False)]


def test_the_beginning_of_a_phone_finds_those_who_have_it(hits: Find) -> None:
    assert {hit[1] for hit in hits("0812 7944") if hit[0] == "partner"} == {1, 2, 3}


@pytest.mark.parametrize(
    ("text", "partner"),
    [
        ("toko berkah jaya", 1), ("  JAYA   toko\tBERKAH ", 1), ("jose nandu", 2), ("JOSÉ ÑANDÚ", 2),
        ("Jose\u0301 N\u0303andu\u0301", 2), ("cafe nandu", 2), ("siti aminah", 3), ("Siti 🌸", 3),
        ("BERKAH@mitra.id", 1), ("o'brien \"si kurir\" 100%_", 4), ("W" * 150, 5), ("santoso budi", 6),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_writing(hits: Find, text: str, partner: int) -> None:
    assert hits(text)[0] == ("partner", partner, True)


def test_part_of_a_name_is_like_it(hits: Find) -> None:
    assert ("partner", 6, False) in hits("santo")
    assert [hit[1] for hit in hits("mitra.id")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "%", "_", "%%", "__", "\0", "\0\0", "'; DROP TABLE fct_orders; --", "\\", "\u202e\u202c", "\ud800x",
     "🌸🌸🌸🌸", "9" * 40, "tidak ada", "x" * 10_000, "*", "(", "[^", "-", "+", "++62", "١٢٣"],
)  # fmt: skip
def test_what_means_nothing_finds_nothing(hits: Find, text: str) -> None:
    assert hits(text) == []


def test_signs_of_patterns_mean_themselves(hits: Find) -> None:
    assert hits("100%") == [("order", 6, True), ("partner", 4, False)]
    assert all(hit[1] == 4 for hit in hits("%_") if hit[0] == "partner")


def test_only_the_wanted_kinds_are_asked(warehouse: Warehouse, filled: None) -> None:
    with warehouse.read() as connection:
        assert {hit.kind for hit in find(connection, "123", (HitKind.TICKET,))} == {HitKind.TICKET}


@pytest.mark.parametrize("text", ["jose ñandú", "  a  B\u200bc ", "İstanbul ẞ", "Ａｂｃ", "e\u0301 a", "\u202eabc"])
def test_what_is_landed_and_what_is_typed_are_written_alike(warehouse: Warehouse, text: str) -> None:
    with warehouse.read() as connection:
        landed = connection.scalar(select(search_keys.name_key(literal(text))))
    assert " ".join(search_keys.typed_words(text)) == landed


def test_at_most_six_of_a_kind(warehouse: Warehouse, put: Put) -> None:
    put(dim_partners, *({"partner_id": n, "full_name": "Toko", "name_key": "toko", "joined_at": datetime(2022, 1, 1)}
                        for n in range(1, 60)))  # fmt: skip
    with warehouse.read() as connection:
        assert [hit.key for hit in find(connection, "toko")] == [1, 2, 3, 4, 5, 6]
