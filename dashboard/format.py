"""Numbers, money and time as people read them. None is "-" everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
import pandas as pd
import phonenumbers
from babel.dates import format_date

from dashboard.i18n import _, language, ngettext
from queries.metrics import rounded, share
from queries.wib import WIB

NONE = "-"
Direction = Literal["up", "down", "flat"]
_STEPS = (("T", 10**12), ("M", 10**9), ("jt", 10**6), ("rb", 10**3))
_SIGNS_ID = str.maketrans(",.", ".,")
_STEPS_EN = {"T": "tn", "M": "bn", "jt": "m", "rb": "k"}
_WORDS_EN = {"T": "trillion", "M": "billion", "jt": "million", "rb": "thousand"}


@dataclass(frozen=True, slots=True)
class Change:
    """Now against before: the text with its unit, and which way it went."""

    text: str
    direction: Direction


@lru_cache(maxsize=4096)
def _date(value: date, pattern: str, reader: str) -> str:
    return str(format_date(value, pattern, locale="id_ID" if reader == "id" else "en_GB"))


def missing(value: Any) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT."""
    return value is None or value is pd.NaT or (isinstance(value, float) and value != value)


def number(value: int | float | Decimal | Fraction | None) -> str:
    """1.234.567 (id) or 1,234,567 (en), at most two decimals, half up."""
    if missing(value) or value is None:
        return NONE
    if isinstance(value, (int, np.integer)):
        text = f"{value:,}"
    else:
        exact = value if isinstance(value, Fraction) else Fraction(str(value))
        text = f"{rounded(exact):,.2f}".rstrip("0").rstrip(".")
    return text.translate(_SIGNS_ID) if language() == "id" else text


def rupiah(value: int | None) -> str:
    """Rp1.234.567; a debt is -Rp1.234.567."""
    if missing(value):
        return NONE
    whole = int(value or 0)
    digits = f"{abs(whole):,}".replace(",", "." if language() == "id" else ",")
    return f"{'-' if whole < 0 else ''}Rp{digits}"


def rupiah_short(value: int | None) -> str:
    """Rp1,2 jt, Rp3,4 M (miliar), Rp1 T (id) or Rp1.2 million (en), for headlines; under a thousand in full."""
    if missing(value):
        return NONE
    whole = int(value or 0)
    return f"{'-' if whole < 0 else ''}Rp{_short(abs(whole), _WORDS_EN)}"


def number_short(value: int | None) -> str:
    """12,3 rb, 1,2 jt, 3,4 M (id) or 12.3 k, 1.2 m (en), where there is little room; under a thousand in full."""
    return NONE if missing(value) else _short(int(value or 0), _STEPS_EN)


def _short(whole: int, units_en: Mapping[str, str]) -> str:
    for at, (unit, size) in enumerate(_STEPS):
        if abs(whole) >= size:
            shown = (Decimal(whole) / size).quantize(Decimal("0.1"), ROUND_HALF_UP)
            if abs(shown) == 1000 and at:
                unit, shown = _STEPS[at - 1][0], shown / 1000
            return f"{number(shown)} {unit if language() == 'id' else units_en[unit]}"
    return number(whole)


def percent_value(value: Decimal | Fraction | int | float | None) -> str:
    """12,34 %, at most two decimals, half up; what is given is not rounded yet."""
    return NONE if missing(value) else f"{number(value)} %"


def percent(part: int | None, whole: int | None) -> str:
    """part / whole as 12,34 %; "-" where there is nothing to divide by."""
    return NONE if missing(part) or missing(whole) else percent_value(share(int(part or 0), int(whole or 0)))


def ratio(part: int | None, whole: int | None) -> str:
    """36/1,2 rb: the parts of a percentage."""
    return NONE if missing(part) or missing(whole) else f"{number_short(part)}/{number_short(whole)}"


def day(value: date | None) -> str:
    """5 Okt 2022; a datetime is taken as the WIB day it already is."""
    return NONE if missing(value) or value is None else _date(value, "d MMM y", language())


def day_short(value: date | None) -> str:
    """5 Okt, for axes."""
    return NONE if missing(value) or value is None else _date(value, "d MMM", language())


def month(value: date | None) -> str:
    """Oktober 2022."""
    return NONE if missing(value) or value is None else _date(value, "LLLL y", language())


def month_short(value: date | None) -> str:
    """Okt 22, for axes."""
    return NONE if missing(value) or value is None else _date(value, "LLL yy", language())


def _in_wib(value: datetime) -> datetime:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(WIB)


def clock(value: datetime | None) -> str:
    """14.32 WIB (id), 14:32 WIB (en); a naive instant is UTC."""
    if missing(value) or value is None:
        return NONE
    return _in_wib(value).strftime("%H.%M WIB" if language() == "id" else "%H:%M WIB")


def hour(value: int) -> str:
    """09.00 (id), 09:00 (en): a WIB hour of the day, 0 to 23."""
    return f"{value:02d}{'.' if language() == 'id' else ':'}00"


def instant(value: datetime | None) -> str:
    """5 Okt 2022 14.32 WIB; a naive instant is UTC."""
    if missing(value) or value is None:
        return NONE
    return f"{day(_in_wib(value).date())} {clock(value)}"


def duration(seconds: int | float | Fraction | None) -> str:
    """1 hari 5 jam; 5 jam 12 mnt; 12 mnt; 8 dtk. Whole units, rounded down."""
    if missing(seconds):
        return NONE
    total = max(int(seconds or 0), 0)
    days, rest = divmod(total, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes = rest // 60
    if days:
        return _("{days} hari {hours} jam").format(days=number(days), hours=hours)
    if hours:
        return _("{hours} jam {minutes} mnt").format(hours=hours, minutes=minutes)
    return _("{minutes} mnt").format(minutes=minutes) if minutes else _("{seconds} dtk").format(seconds=total)


def change(now: int | Fraction | None, before: int | Fraction | None) -> Change | None:
    """The relative change of two exact values in percent, rounded once; None where one side is missing; a start from 0
    reads "baru"."""
    if now is None or before is None or missing(now) or missing(before):
        return None
    if now == before:
        return Change(percent_value(0), "flat")
    direction: Direction = "up" if now > before else "down"
    if before == 0:
        return Change(_("baru"), direction)
    text = percent_value(abs(Fraction(now) - before) * 100 / abs(Fraction(before)))
    return Change(text, "flat" if text == percent_value(0) else direction)  # what reads 0 points nowhere


def change_in_points(now: Fraction | None, before: Fraction | None) -> Change | None:
    """The change of two exact shares in percentage points, rounded once; None where one side has no share."""
    if now is None or before is None:
        return None
    points = number(abs(now - before))
    text = ngettext("{points} poin", "{points} poin", 1 if points == "1" else 2).format(points=points)
    return Change(text, "flat" if points == number(0) else "up" if now > before else "down")


def whatsapp(phone: str | None, message: str = "") -> str | None:
    """A WhatsApp link for an Indonesian (or +country) number, with a message ready to send; None for one that WhatsApp
    cannot reach."""
    number = international(phone)
    text = f"?text={quote(message, safe='')}" if message else ""
    return None if number is None else f"https://wa.me/{number}{text}"


@lru_cache(maxsize=4096)
def international(phone: str | None) -> str | None:
    """The number of a phone in any writing, with its country and without signs, as WhatsApp takes it: 6281382261347;
    None for one that nobody can have and for a landline."""
    if missing(phone) or not phone:
        return None
    try:
        parsed = phonenumbers.parse(str(phone), "ID")
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(parsed)  # unknown is also what no country has given out
    if kind in (phonenumbers.PhoneNumberType.UNKNOWN, phonenumbers.PhoneNumberType.FIXED_LINE):
        return None
    return f"{parsed.country_code}{parsed.national_number}"


def plain(text: str) -> str:
    """Text without the meaning that its signs have in Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#$~:|" else sign for sign in text)
