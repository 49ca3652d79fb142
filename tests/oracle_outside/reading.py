"""Texts as a reader understands them: Rp1.234.567, 1,5 jt, 12,34 %, 5 Okt 2022 14.32 WIB, 1 hari 5 jam.

Each function answers a plain value; for a value of the oracle, `as_shown` says what a reader can know of it.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.days import WIB, day_of, half_up

NONE = "-"
UNITS = {"rb": 10**3, "jt": 10**6, "M": 10**9, "T": 10**12}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
SPANS = {"hari": 86_400, "jam": 3_600, "mnt": 60, "dtk": 1}


def number(text: str) -> Fraction | None:
    """A number with its unit: thousands by dots, decimals by a comma."""
    if text == NONE:
        return None
    found = re.fullmatch(r"(-?)(Rp)?([0-9]{1,3}(?:\.[0-9]{3})*)(?:,([0-9]+))?(?: (rb|jt|M|T|%))?( ○)?", text)
    assert found, f"no number: {text!r}"
    whole = Fraction(found[3].replace(".", ""))
    part = Fraction(int(found[4]), 10 ** len(found[4])) if found[4] else Fraction(0)
    return (whole + part) * UNITS.get(found[5] or "", 1) * (-1 if found[1] else 1)


def day(text: str) -> date | None:
    """5 Okt 2022."""
    if text == NONE:
        return None
    of_month, month, year = text.split(" ")
    return date(int(year), MONTHS.index(month) + 1, int(of_month))


def instant(text: str) -> datetime | None:
    """5 Okt 2022 14.32 WIB, as naive UTC."""
    if text == NONE:
        return None
    on, clock = re.fullmatch(r"(.+) (\d\d\.\d\d) WIB", text).groups()  # type: ignore[union-attr]
    of_day = day(on)
    assert of_day is not None
    hour, minute = clock.split(".")
    return datetime(of_day.year, of_day.month, of_day.day, int(hour), int(minute)) - WIB


def span(text: str) -> int | None:
    """1 hari 5 jam in seconds."""
    if text == NONE:
        return None
    words = text.split(" ")
    return sum(int(count.replace(".", "")) * SPANS[unit] for count, unit in zip(words[::2], words[1::2], strict=True))


def ratio(text: str) -> tuple[Fraction | None, ...] | None:
    """12,34 % · 36/1,2 rb."""
    if text == NONE:
        return None
    share, parts = text.split(" · ")
    part, whole = parts.split("/")
    return number(share), number(part), number(whole)


def strip(text: str) -> list[int]:
    """The days of a month, one sign each."""
    return [{"▮": 1, "·": 0}[sign] for sign in text]


READ = {
    "text": lambda text: None if text == NONE else text,
    "int": number,
    "money": number,
    "date": day,
    "instant": instant,
    "duration": span,
    "ratio": ratio,
    "strip": strip,
}


def cells(row: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, Any]:
    """The cells of a row of a page's table, each by its kind."""
    return {name: READ[kind](row[name]) for name, kind in kinds.items()}


def two_decimals(exact: Fraction) -> Fraction:
    """Half up, as the ground rules say."""
    return Fraction(half_up(exact * 100), 100)


def percent(part: int, whole: int) -> Fraction | None:
    """Part of whole in percent to two decimals."""
    return two_decimals(Fraction(100 * part, whole)) if whole else None


def short(value: int) -> Fraction:
    """What is left of a number with a unit and one decimal."""
    for size in sorted(UNITS.values(), reverse=True):
        if abs(value) >= size:
            return Fraction(half_up(Fraction(value * 10, size)) * size, 10)
    return Fraction(value)


def whole_span(exact: Fraction | int | None) -> int | None:
    """Seconds of a duration as far as it is named: two units from days and hours, one below."""
    if exact is None:
        return None
    seconds = max(int(exact), 0)
    step = 3_600 if seconds >= 86_400 else 60 if seconds >= 60 else 1
    return seconds // step * step


def as_shown(value: Any, kind: str) -> Any:
    """What a reader can know of a value."""
    if value is None:
        return None
    match kind:
        case "duration":
            return whole_span(value)
        case "instant":
            return value.replace(second=0, microsecond=0)
        case "ratio":
            part, whole = value
            return percent(part, whole), short(part), short(whole)
        case _:
            return value


def change(now: Fraction | int | None, before: Fraction | int | None) -> tuple[Fraction, int] | str | None:
    """The change in percent, rounded once at the end, and its direction; "baru" for a start from nothing."""
    if now is None or before is None:
        return None
    if now == before:
        return Fraction(0), 0
    if before == 0:
        return "baru"
    shown = two_decimals(abs(Fraction(now) - before) * 100 / abs(before))
    return shown, 0 if shown == 0 else 1 if now > before else -1


def points(now: Fraction | None, before: Fraction | None) -> tuple[Fraction, int] | None:
    """The change of two shares in points, rounded once at the end."""
    if now is None or before is None:
        return None
    shown = two_decimals(abs(now - before))
    return shown, 0 if shown == 0 else 1 if now > before else -1


def wib(value: datetime) -> datetime:
    """The local time of a naive UTC instant."""
    return value + WIB


def wib_day(value: datetime) -> str:
    """The WIB day as the API writes it."""
    return day_of(value).isoformat()


def stamp(value: datetime | None) -> str | None:
    """The local time to the second, as the API writes it."""
    return None if value is None else f"{wib(value) - timedelta(microseconds=value.microsecond):%Y-%m-%d %H:%M:%S}"
