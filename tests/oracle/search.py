"""Search everywhere, by looking at every object."""

import re
import unicodedata
from typing import Any

from tests.oracle.landed import Landed
from tests.oracle.store import Row

MOST = 6
SAME_NAME = 50
Hit = tuple[str, int, bool]


def find(found: Landed, text: str) -> list[Hit]:
    """(kind, key, whether exact) of what is meant by a text of ordinary signs."""
    wanted = " ".join(text.split())
    if len(wanted) < 2 and not wanted.isdecimal():
        return []
    hits = [*_orders(found, wanted), *_tickets(found, wanted), *_partners(found, wanted), *_withdrawals(found, wanted)]
    return [hit for hit in hits if hit[2]] + [hit for hit in hits if not hit[2]]


def _plain(text: str | None) -> str:
    return "".join(sign for sign in (text or "").upper() if sign.isascii() and sign.isalnum())


def _last(text: str | None) -> int | None:
    runs = re.findall(r"\d+", text or "")
    return int(runs[-1][-18:]) if runs else None


def _is_like(kept: str | None, wanted: str) -> bool:
    keys = {_last(wanted), _last(_plain(wanted))} - {None}
    ends_alike = _plain(kept).endswith(_plain(wanted))
    return _last(kept) in keys and (ends_alike or (_plain(wanted).isdecimal() and _last(kept) == int(_plain(wanted))))


def _best(kind: str, rows: list[tuple[int, bool]]) -> list[Hit]:
    return [(kind, key, exact) for key, exact in sorted(rows, key=lambda row: (not row[1], -row[0]))[:MOST]]


def _orders(found: Landed, wanted: str) -> list[Hit]:
    rows = []
    for order in found.orders.values():
        alike = [name for name in ("order_no", "airway_bill") if _is_like(order[name], wanted)]
        if alike:
            rows.append((order["id"], any(_plain(order[name]) == _plain(wanted) for name in alike)))
    return _best("order", rows)


def _tickets(found: Landed, wanted: str) -> list[Hit]:
    alike = [ticket for ticket in found.tickets if _is_like(ticket["ticket_no"], wanted)]
    return _best("ticket", [(row["id"], _plain(row["ticket_no"]) == _plain(wanted)) for row in alike])


def _words(*texts: str) -> list[str]:
    plain = unicodedata.normalize("NFD", " ".join(texts).lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).split()


def _national(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return digits[2:].lstrip("0") if digits.startswith("62") else digits[1:] if digits.startswith("0") else digits


def _partners(found: Landed, wanted: str) -> list[Hit]:
    words = list(dict.fromkeys(_words(wanted)))[:8]
    phone = _national(wanted) if re.fullmatch(r"[\d\s+().-]{5,}", wanted) and len(re.sub(r"\D", "", wanted)) > 4 else ""
    rows: list[tuple[Any, Row, bool]] = []
    for partner in found.partners.values():
        name = " ".join(_words(partner["full_name"], partner["brand_name"], partner["email"]))
        kept = _national(partner["phone"])
        if not (words and all(word in name for word in words)) and not (phone and kept.startswith(phone)):
            continue
        named = any(
            sorted(dict.fromkeys(_words(partner[each]))) == sorted(words)
            for each in ("full_name", "brand_name", "email")
        )
        order = (kept != phone, not name.startswith(" ".join(words)), partner["id"])
        rows.append((order, partner, named or (bool(phone) and kept == phone)))
    first = sorted(rows, key=lambda row: row[0])[:SAME_NAME]
    return [("partner", row[1]["id"], row[2]) for row in sorted(first, key=lambda row: not row[2])[:MOST]]


def _withdrawals(found: Landed, wanted: str) -> list[Hit]:
    digits = re.sub("^(WD|WITHDRAWAL|PENARIKAN)", "", _plain(wanted))
    if not digits.isdecimal():
        return []
    return [("withdrawal", row["id"], True) for row in found.withdrawals if str(row["id"]) == digits]
