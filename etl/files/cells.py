"""Cells of sheets as the texts that stand for them."""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

_EXACT = 1e15  # Excel keeps fifteen digits; from here on it has rounded


def number_text(value: float) -> str:
    """A number with the fifteen digits that Excel has, whole ones without a point.

    From 1e15 on it is in the scientific form of Excel ("1.23457E+17"): its last digits are lost.
    """
    if not math.isfinite(value):
        return str(value)
    if abs(value) >= _EXACT:
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    if value == int(value):
        return str(int(value))
    text = f"{value:.15g}"
    return repr(float(text)) if "e" in text else text


def instant_text(value: datetime) -> str:
    """An instant to the second, or to the millisecond if it has any; its offset if it has one."""
    rounded = value + timedelta(microseconds=500)
    whole = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
    return whole.isoformat(" ", "milliseconds" if whole.microsecond else "seconds")


def _duration_text(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _time_text(value: time) -> str:
    return instant_text(datetime.combine(date(2000, 1, 1), value)).partition(" ")[2]


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    float: number_text,
    int: number_text,
    bool: lambda value: "TRUE" if value else "FALSE",
    datetime: instant_text,
    date: date.isoformat,
    time: _time_text,
    timedelta: _duration_text,
}


def column_texts(values: Sequence[Any]) -> Sequence[str]:
    """The cells of a column as texts. A day in a column of instants is its midnight."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    texts = dict(_TEXTS)
    if datetime in kinds:
        texts[date] = lambda value: f"{value.isoformat()} 00:00:00"
    return [texts[type(value)](value) for value in values]
