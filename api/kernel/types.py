"""Types of fields and queries that several domains take: money, words, days, ids, directions."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from texts import TextError

MOST_RUPIAH = 2**53 - 1  # what every client's numbers hold exactly
MOST_ID = 2**63 - 1  # what both databases hold
_DAY_AND_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T[0-9:.]+(Z|[+-]\d{2}:?\d{2})?")


def _whole_digits(value: object) -> object:
    """An integer, or text of digits: 400.000 is four hundred thousand to its writer and four hundred to a parser."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or value is None or (isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value)):
        return value
    raise TextError("type whole rupiah in digits only, such as 400000")


def _day(value: object) -> object:
    """Clients also send the day with a time of day, and mean the day that is written."""
    found = _DAY_AND_TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1] if found else value


def _day_or_none(value: object) -> object:
    return None if value in ("", None) else _day(value)


def whole_number(value: object) -> object:
    """A number, or text of one: neither a truth value nor a fraction."""
    if isinstance(value, bool) or (isinstance(value, str) and not re.fullmatch(r"\s*-?[0-9]{1,19}\s*", value)):
        raise TextError("give a whole number")
    return value


def _visible(value: str) -> str:
    if not value.isprintable():  # such as marks that turn the direction, by which a name looks like another one
        raise TextError("leave out signs that cannot be seen")
    return value


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def blank_as(default: object) -> Callable[[object], object]:
    """A validator for queries: some clients send every one, the unused ones blank."""

    def replaced(value: object) -> object:
        return default if value is None or value == "" else value

    return replaced


def _upper_or(default: str | None) -> Callable[[object], object]:
    def replaced(value: object) -> object:
        return value.upper() if isinstance(value, str) and value else default

    return replaced


def _separated(value: object) -> object:
    """Clients send a list as `a,b` or as a name that is repeated."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        return given
    return [word.strip() for each in given for word in each.split(",") if word.strip()]


Rupiah = Annotated[int, BeforeValidator(_whole_digits), Field(gt=0, le=MOST_RUPIAH)]
Line = Annotated[str, BeforeValidator(_one_line), AfterValidator(_visible)]  # one line, single spaces, printable
Id = Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=MOST_ID)]
PathId = Annotated[int, Path(ge=1, le=MOST_ID)]
Day = Annotated[date, BeforeValidator(_day)]
OptionalDate = Annotated[date | None, BeforeValidator(_day_or_none)]
Direction = Annotated[Literal["ASC", "DESC"], BeforeValidator(_upper_or("DESC"))]
OptionalDirection = Annotated[Literal["ASC", "DESC"] | None, BeforeValidator(_upper_or(None))]
Search = Annotated[str, BeforeValidator(blank_as("")), Query(max_length=200)]
Code = Annotated[str, StringConstraints(max_length=100)]
Words = Annotated[tuple[Code, ...], BeforeValidator(_separated), Query(max_length=50)]
