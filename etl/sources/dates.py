"""Date and time words: what proves the order of day and month in a column, and reading words under its formats.

Forms that say themselves what they mean need no format: year first, or the month by name in Indonesian or English.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    and_,
    case,
    cast,
    func,
    literal_column,
    null,
    or_,
    try_cast,
)

from etl.sources.words import Example, fixed, matches
from queries.reasons import Reason

EXCEL = "excel"
COMPACT = "%Y%m%d"
DAY_FIRST, MONTH_FIRST = "%d/%m/%Y", "%m/%d/%Y"
FIRST_YEAR, LAST_YEAR = 2000, 2100
NAMES = {
    1: "januari january jan",
    2: "februari february pebruari feb peb",
    3: "maret march mar",
    4: "april apr",
    5: "mei may",
    6: "juni june jun",
    7: "juli july jul",
    8: "agustus august agu agt ags aug agust",
    9: "september sept sep",
    10: "oktober october okt oct",
    11: "november nopember nov nop",
    12: "desember december des dec",
}
_NUMBERS = {name: number for number, names in NAMES.items() for name in names.split()}
_MONTH = "(" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_WEEKDAY = r"(?:[A-Za-z']{3,9},? +)?"
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_ISO_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_LOCAL = f"{_ISO_DAY}(?:[T ]{_CLOCK})?"
_ZONED = f"{_ISO_DAY}[T ](?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{{1,9}})?{_OFFSET}"
_TAIL = r"((?:,? +|T)[0-9].*)?"
_YEAR_FIRST = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TAIL}$"
_NAMED_DAY_FIRST = rf"(?i)^{_WEEKDAY}([0-9]{{1,2}})[ ./-]+{_MONTH}\.?[ ./,-]+([0-9]{{4}}){_TAIL}$"
_NAMED_MONTH_FIRST = rf"(?i)^{_WEEKDAY}{_MONTH}\.?[ ./-]+([0-9]{{1,2}})(?:st|nd|rd|th)?,?[ ./-]+([0-9]{{4}}){_TAIL}$"
_NUMERIC = r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})" + _TAIL
_SHORT_YEAR = r"[0-9]{1,2}[/. -](?:[0-9]{1,2}|[A-Za-z]{3,9})[/. -][0-9]{2}" + _TAIL
_SHAPED = rf"{_ISO_DAY}(?:[T ][0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)? ?(?:[AaPp]\.?[Mm]\.?|[+-][0-9:]+)?)?"
_SIGNS, _NUMERIC_SIGN = ("/", "-", "."), "[/.-]"
_ZONE_NAMES = (("WIB", "+07:00"), ("WITA", "+08:00"), ("WIT", "+09:00"), ("UTC", "+00:00"), ("GMT", "+00:00"))
_DIRECTIVES = {
    "%d": ("d", "([0-9]{1,2})"),
    "%m": ("m", "([0-9]{1,2})"),
    "%b": ("n", _MONTH),
    "%B": ("n", _MONTH),
    "%Y": ("y", "([0-9]{4})"),
    "%y": ("s", "([0-9]{2})"),
    "%H": ("", "(?:[01]?[0-9]|2[0-3])"),
    "%I": ("", "(?:0?[1-9]|1[0-2])"),
    "%M": ("", "[0-5][0-9]"),
    "%S": ("", "[0-5][0-9]"),
    "%f": ("", "[0-9]{1,9}"),
    "%p": ("", "[AaPp]\\.?[Mm]\\.?"),
    "%z": ("", _OFFSET),
}


@dataclass(frozen=True, slots=True)
class DateFormats:
    """The formats of a column beside those that say themselves what they mean.

    `proof` None: the mapping declares them, or none is needed.
    """

    formats: tuple[str, ...] = ()
    proof: Example | None = None

    def __str__(self) -> str:
        return "dates: [" + ", ".join(f'"{each}"' for each in self.formats) + "]" if self.formats else "ISO and names"


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A regular expression, and which of its groups is what; the last group is the time."""

    expression: str
    groups: tuple[str, ...]


@cache
def pattern_of(format_: str) -> _Pattern:
    """The form of words of a strftime format; the signs / - . between day, month and year stand for each other.

    Raises:
        ValueError: it has no day, month and year, or a directive that is not known; the message says what to do.
    """
    expression, groups = "", []
    parts = re.findall(r"%.|[^%]+|%", format_)
    first_time = next((at for at, part in enumerate(parts) if _DIRECTIVES.get(part, ("x",))[0] == ""), len(parts))
    opened = False
    for at, part in enumerate(parts):
        if part.startswith("%") and part not in _DIRECTIVES:
            known = ", ".join([*_DIRECTIVES, EXCEL])
            raise ValueError(f"the date format {format_!r} has {part}; known are {known}")
        if (at == first_time - 1 and first_time < len(parts) and part not in _DIRECTIVES) or (
            at == first_time and not opened
        ):
            expression, opened = expression + "(", True
        group, form = _DIRECTIVES.get(part, ("", _NUMERIC_SIGN if part in _SIGNS and not opened else re.escape(part)))
        if group and opened:
            raise ValueError(f"the date format {format_!r} must have the day before the time")
        if group:
            groups.append("m" if group == "n" else group)
        expression += form
    expression += ")" if opened else _TAIL
    if sorted(groups) not in (["d", "m", "y"], ["d", "m", "s"]):
        raise ValueError(f'the date format {format_!r} needs a day, a month and a year, such as "%d/%m/%Y"')
    return _Pattern(f"(?i)^{expression}$", tuple(groups))


def kind_of_word(word: ColumnElement[Any]) -> ColumnElement[Any]:
    """ "d" or "m" for a word that proves day or month to be first, "?" where it could be either, "c" for 20221005,
    "e" for Excel's numbers, "s" for years of two digits; null where it says nothing or says itself what it means."""
    first, second = _group(word, _anchored(_NUMERIC), 1), _group(word, _anchored(_NUMERIC), 2)
    high, low = cast(first, Integer), cast(second, Integer)
    numeric = case(
        (and_(high > 12, high <= 31, low <= 12), fixed("d")),
        (and_(low > 12, low <= 31, high <= 12), fixed("m")),
        (and_(high <= 12, low <= 12, high != low), fixed("?")),
        (and_(high <= 12, low == high), fixed("=")),
        else_=None,
    )
    return case(
        (matches(word, _LOCAL), None),
        (matches(word, _NUMERIC), numeric),
        (matches(word, "20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"), fixed("c")),
        (matches(word, r"(?:3[6-9]|[4-6][0-9]|7[0-3])[0-9]{3}(?:[.,][0-9]+)?"), fixed("e")),
        (matches(word, _SHORT_YEAR), fixed("s")),
        else_=None,
    )


class Undated(Exception):
    """The column needs a format that it does not prove; `words` show why, `line` can be added to the mapping."""

    def __init__(self, words: list[Example], line: str, *, contradict: bool = False) -> None:
        super().__init__()
        self.words = words
        self.line = line
        self.contradict = contradict


def proved(kinds: dict[str, Example], counts: dict[str, int], filled: int) -> DateFormats:
    """The formats that a column proves, from an example and the number of words of each kind.

    Raises:
        Undated: the order of day and month, or a number of days, stays open.
    """
    if "d" in kinds and "m" in kinds:
        raise Undated([kinds["d"], kinds["m"]], f'dates: ["{DAY_FIRST}"]', contradict=True)
    if "d" in kinds:
        return DateFormats((DAY_FIRST,), kinds["d"])
    if "m" in kinds:
        return DateFormats((MONTH_FIRST,), kinds["m"])
    if "?" in kinds:
        raise Undated([kinds["?"]], f'dates: ["{DAY_FIRST}"]')
    if "s" in kinds:
        raise Undated([kinds["s"]], f'dates: ["{_short_format(kinds["s"].word)}"]')
    if "c" in kinds and counts["c"] == filled:
        return DateFormats((COMPACT,), kinds["c"])
    if "e" in kinds and counts["e"] == filled:
        raise Undated([kinds["e"]], "dates: [excel]")
    # 5/5/2022 reads the same either way
    return DateFormats((DAY_FIRST,), kinds["="]) if "=" in kinds else DateFormats()


def _short_format(word: str) -> str:
    """The likeliest format of a word with a year of two digits."""
    month = "%b" if re.search("[A-Za-z]", re.split("[ T]+[0-9]{1,2}[:.]", word)[0]) else "%m"
    sign = re.sub("[0-9]+", "", word)[0]
    return sign.join(("%d", month, "%y"))


def _anchored(pattern: str) -> str:
    return f"^{pattern}$"


def _group(word: ColumnElement[Any], pattern: str, group: int) -> ColumnElement[Any]:
    return func.regexp_extract(word, fixed(pattern), literal_column(str(group)))


def _month(name: ColumnElement[Any]) -> ColumnElement[Any]:
    return case({each: fixed(str(number)) for each, number in _NUMBERS.items()}, value=func.lower(name), else_=name)


def _rewritten(word: ColumnElement[Any], pattern: str, groups: tuple[str, ...]) -> ColumnElement[Any]:
    """The word as year-month-day and its time."""
    part = {name: _group(word, pattern, number) for number, name in enumerate(groups, 1)}
    year = part["y"] if "y" in part else func.concat(fixed("20"), part["s"])
    tail = _group(word, pattern, len(groups) + 1)
    return func.concat(year, fixed("-"), _month(part["m"]), fixed("-"), part["d"], tail)


def _serial(word: ColumnElement[Any]) -> ColumnElement[Any]:
    """Excel's number of days since 1899-12-30 as text, to the second."""
    days = cast(func.replace(word, fixed(","), fixed(".")), Numeric(38, 10))
    seconds = cast(func.round(days * 86_400), BigInteger)
    start = cast(fixed("1899-12-30 00:00:00"), DateTime)
    return func.strftime(start + func.to_seconds(seconds), fixed("%Y-%m-%d %H:%M:%S"))


def _year_first(word: ColumnElement[Any], formats: DateFormats) -> ColumnElement[Any]:
    """The word with the year first, or null when it has no form that is known here."""
    forms = [(matches(word, f"{_LOCAL}|{_ZONED}"), word)]
    for format_ in formats.formats:
        if format_ == EXCEL:
            forms.append((matches(word, r"[0-9]{5}(?:[.,][0-9]{1,10})?"), _serial(word)))
        elif format_ in (DAY_FIRST, MONTH_FIRST) and formats.proof is not None:
            order = ("d", "m", "y") if format_ == DAY_FIRST else ("m", "d", "y")
            forms.append((matches(word, _NUMERIC), _rewritten(word, _anchored(_NUMERIC), order)))
        else:
            pattern = pattern_of(format_)
            found = func.regexp_matches(word, fixed(pattern.expression)).is_(True)
            forms.append((found, _rewritten(word, pattern.expression, pattern.groups)))
    for expression, order in (
        (_YEAR_FIRST, ("y", "m", "d")),
        (_NAMED_DAY_FIRST, ("d", "m", "y")),
        (_NAMED_MONTH_FIRST, ("m", "d", "y")),
    ):
        found = func.regexp_matches(word, fixed(expression)).is_(True)
        forms.append((found, _rewritten(word, expression, order)))
    return case(*forms, else_=None)


def _plain_time(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A year-first word with its time as 15:04:05.6 and its zone as +07:00, where it is written otherwise."""
    spaced = func.regexp_replace(text, fixed(rf"^({_ISO_DAY})(?:, *| +|T)"), fixed(r"\1 "))
    dotted = func.regexp_replace(
        spaced, fixed(r"^([0-9-]+ [0-9]{1,2})\.([0-9]{2})(?:\.([0-9]{2}))?( |$|[+Z-])"), fixed(r"\1:\2:\3\4")
    )
    closed = func.regexp_replace(dotted, fixed(r":( |$|[+Z-])"), fixed(r"\1"))
    pointed = func.regexp_replace(closed, fixed(r"(:[0-9]{2}),([0-9]{1,9})"), fixed(r"\1.\2"))
    for name, offset in _ZONE_NAMES:
        pointed = func.regexp_replace(pointed, fixed(f" ?{name}$"), fixed(offset))
    pointed = func.regexp_replace(
        pointed, fixed(f"^({_ISO_DAY} [0-9]{{1,2}}:[0-9]{{2}}) ?({_OFFSET})$"), fixed(r"\1:00\2")
    )
    pointed = func.regexp_replace(pointed, fixed(f" ({_OFFSET})$"), fixed(r"\1"))
    half = r"^([0-9-]+) (0?[1-9]|1[0-2]):([0-9:.]+) ?([AaPp])\.?[Mm]\.?$"
    hour = cast(_group(pointed, half, 2), Integer) % 12
    later = func.lower(_group(pointed, half, 4)) == "p"
    clock = func.concat(
        _group(pointed, half, 1), fixed(" "), case((later, hour + 12), else_=hour), fixed(":"), _group(pointed, half, 3)
    )
    return case((func.regexp_matches(pointed, fixed(half)).is_(True), clock), else_=pointed)


@cache
def steady_offset(zone: str) -> timedelta | None:
    """The offset of a zone that never changes it in the years that are read, else None."""
    place = ZoneInfo(zone)
    days = (datetime(FIRST_YEAR, 1, 1, 12, tzinfo=place) + timedelta(days=number) for number in range(0, 14_000, 5))
    offsets = {day.utcoffset() for day in days}
    return offsets.pop() if len(offsets) == 1 else None


def _to_utc(local: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    """Local time as naive UTC: of an hour that comes twice the first, one left out by the offset before it."""
    offset = steady_offset(zone)
    if offset is not None:
        return local - func.to_seconds(int(offset.total_seconds()))
    hour = func.to_seconds(3600)
    instant = func.timezone(fixed(zone), local)
    doubled = func.timezone(fixed(zone), instant - hour) == local
    return func.timezone(fixed("UTC"), case((doubled, instant - hour), else_=instant))


@dataclass(frozen=True, slots=True)
class DateWords:
    """How the words of a column are read. `zone` is that of words which name none."""

    formats: DateFormats
    zone: str | None

    def year_first(self, word: ColumnElement[Any]) -> ColumnElement[Any]:
        """The word with its year first, or null: the first step, kept by the statement as a column."""
        return case((matches(word, _LOCAL), word), else_=_year_first(word, self.formats))

    def settled(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        """The result of `year_first` as year-month-day, time and offset: the second step."""
        return case((matches(text, f"{_LOCAL}|{_ZONED}"), text), else_=_plain_time(text))

    def _in_range(self, value: ColumnElement[Any], said: ColumnElement[Any]) -> ColumnElement[Any]:
        """The value, or null where what the word itself says is of another year than those that are read."""
        return case((func.year(said).between(FIRST_YEAR, LAST_YEAR), value), else_=None)

    def instant(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        """A settled word as naive UTC, or null."""
        local = try_cast(text, DateTime())
        zoned = func.timezone(fixed("UTC"), try_cast(text, DateTime(timezone=True)))
        here = _to_utc(local, self.zone) if self.zone else cast(null(), DateTime)
        return case(
            (matches(text, _ZONED), self._in_range(zoned, zoned)),
            (matches(text, _LOCAL), self._in_range(here, local)),
            else_=None,
        )

    def day(self, text: ColumnElement[Any]) -> ColumnElement[Any]:
        """A settled word as its day in the zone, or null."""
        local = try_cast(text, DateTime())
        there = func.timezone(fixed(self.zone), try_cast(text, DateTime(timezone=True))) if self.zone else None
        found = case((matches(text, _ZONED), there), (matches(text, _LOCAL), local), else_=None)
        return func.date_trunc("day", self._in_range(found, found))

    def names_no_zone(self, word: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether a word is a local time."""
        return matches(self.settled(self.year_first(word)), _LOCAL)

    def reason(self, word: ColumnElement[Any], text: ColumnElement[Any]) -> ColumnElement[Any]:
        """Why a word, settled as `text`, gave no instant or day."""
        formed = matches(text, f"{_LOCAL}|{_ZONED}")
        value = try_cast(text, DateTime())
        return case(
            (and_(formed, value.is_(None)), fixed(Reason.DAY_IS_IMPOSSIBLE)),
            (and_(formed, ~func.year(value).between(FIRST_YEAR, LAST_YEAR)), fixed(Reason.YEAR_OUT_OF_RANGE)),
            (matches(text, _ZONED), fixed(Reason.OFFSET_WITHOUT_ZONE)),
            (matches(text, _SHAPED), fixed(Reason.DAY_IS_IMPOSSIBLE)),
            (text.is_not(None), fixed(Reason.OTHER_DATE_FORMAT)),
            (
                or_(kind_of_word(word).is_not(None), matches(word, r"[0-9]{4,8}|[0-9]{4}-[0-9]{2}")),
                fixed(Reason.OTHER_DATE_FORMAT),
            ),
            else_=fixed(Reason.NOT_A_DATE),
        )
