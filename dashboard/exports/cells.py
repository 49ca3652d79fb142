"""What the cells of an export hold, and how text is written into CSV so that a spreadsheet keeps it (decision 16)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from dashboard import format as fmt
from dashboard.components.table import Column
from dashboard.i18n import _
from queries.metrics import percent
from queries.wib import WIB

Kind = Literal["text", "int", "decimal", "date", "instant", "iso"]
Cell = str | int | Decimal | date | datetime | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_OF_A_FORMULA = 255  # signs of a text that stands in a formula
_PLAIN_NUMBER = re.compile(r"0|[1-9][0-9]{0,10}")  # from 12 digits on Excel shows 1,2E+11
_MONTHS = (
    "jan(uary|uari)?|feb(ruary|ruari)?|mar(ch|et)?|apr(il)?|may|mei|jun[ei]?|jul[yi]?|aug(ust)?|agu(stus)?|agt|"
    "sep(t(ember)?)?|oct(ober)?|okt(ober)?|nov(ember)?|dec(ember)?|des(ember)?"
)
_DAYS = (
    "mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?|"
    "sen(in)?|sel(asa)?|rab(u)?|kam(is)?|jum(at)?|sab(tu)?|min(ggu)?"
)
_TURNED = re.compile(  # numbers, amounts, phones, dates and times: 1E5, Rp5.000, 1-Mar, Senin, 5 Okt 2022 10.00
    rf"(?=.*\d)(?:[\d\s.,:/\-+%()$€£¥]|{_MONTHS}|{_DAYS}|rp|idr|am|pm|(?<=[\d.])e(?=[\d+\-])|(?<=\d)(?:t(?=\d)|z))++[ap]?"
    r"|true|false|benar|salah",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file: its name for machines, its header for people, and its cell of a value of the frame."""

    name: str
    header: str
    kind: Kind
    read: Callable[[Any], Cell]
    source: str  # the column of the frame


def csv_text(value: str) -> str:
    """Text as it stands in CSV: ="000123" where a spreadsheet would make a number, a date or a word of its own of it;
    an apostrophe in front where it would run a formula."""
    if _PLAIN_NUMBER.fullmatch(value):
        return value
    if _TURNED.fullmatch(value.strip()):
        return f'="{value}"' if len(value) <= MOST_OF_A_FORMULA else f"'{value}"
    if value == fmt.NONE:
        return value
    return f"'{value}" if value.lstrip(" \n\u00a0\ufeff").startswith(_FORMULA) else value


def fields(columns: Sequence[Column], *, with_iso: bool) -> list[Field]:
    """The columns of a file: a ratio is its percentage, part and whole; with `with_iso` an instant stands in ISO 8601
    beside its local time."""
    found: list[Field] = []
    for column in columns:
        name, label = column.name, column.label
        match column.kind:
            case "money":
                found.append(Field(name, f"{label} (Rp)", "int", _whole, name))
            case "int":
                found.append(Field(name, label, "int", _whole, name))
            case "duration":
                found.append(Field(name, label + _(" (detik)"), "int", _whole, name))
            case "percent":
                found.append(Field(name, f"{label} (%)", "decimal", _decimal, name))
            case "ratio":
                found.append(Field(name, f"{label} (%)", "decimal", _percentage, name))
                found.append(Field(f"{name}_part", label + _(" (bagian)"), "int", _part, name))
                found.append(Field(f"{name}_whole", label + _(" (penyebut)"), "int", _whole_of, name))
            case "date":
                found.append(Field(name, label, "date", _day, name))
            case "instant":
                found.append(Field(name, f"{label} (WIB)", "instant", _instant, name))
                if with_iso:
                    found.append(Field(f"{name}_iso", f"{label} (ISO 8601)", "iso", _instant, name))
            case "strip":
                found.append(Field(name, label, "text", _strip, name))
            case "image" if column.words:
                found.append(Field(name, label, "text", _words(column.words), name))
            case _:
                found.append(Field(name, label, "text", str, name))
    return found


def cells(rows: pd.DataFrame, wanted: Sequence[Field]) -> list[list[Cell]]:
    """The cells of a row group, a list for each field; what is missing is None."""
    return [
        [None if fmt.missing(value) or value is pd.NA else field.read(value) for value in rows[field.source]]
        for field in wanted
    ]


def _words(words: Callable[[Any], str]) -> Callable[[Any], Cell]:
    return lambda value: words(value) or None


def _whole(value: Any) -> int:
    return int(value)


def _decimal(value: Any) -> Decimal:
    return Decimal(str(value))


def _percentage(pair: Sequence[int]) -> Decimal | None:
    return percent(int(pair[0]), int(pair[1]))


def _part(pair: Sequence[int]) -> int:
    return int(pair[0])


def _whole_of(pair: Sequence[int]) -> int:
    return int(pair[1])


def _day(value: date) -> date:
    return date(value.year, value.month, value.day)


def _instant(value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return (aware.to_pydatetime(warn=False) if isinstance(aware, pd.Timestamp) else aware).astimezone(WIB)


def _strip(flags: Sequence[int]) -> str:
    return "".join("1" if flag else "0" for flag in flags)
