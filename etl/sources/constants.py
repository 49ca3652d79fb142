"""Values that stand in a mapping itself: of the target's type, of the words that its rules allow, and never guessed."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, ColumnElement, Date, DateTime, String, cast, literal, null

from api.kernel.types import MOST_RUPIAH
from etl.jobs import Job
from etl.sources.mapping import TargetColumn
from etl.sources.words import fixed
from vocabulary import OrderState

YES, NO = ("true", "1", "ya", "yes", "y"), ("false", "0", "tidak", "no", "n", "t")
TYPES: dict[type, Any] = {bool: Boolean, int: BigInteger, str: String, datetime: DateTime, date: Date}
STATES = {("fct_order_events", "from_state"), ("fct_order_events", "to_state")}  # judged later, by their chain
_OF_KIND = {
    "scale": ((int,), "amounts"),
    "plus": ((int,), "amounts"),
    "numbers": ((int,), "numbers"),
    "dates": ((date, datetime), "days and times"),
    "time_zone": ((datetime,), "times"),
}


def kind_of(job: Job, name: str) -> type:
    """int, bool, date, datetime or str."""
    type_ = job.statement.selected_columns[name].type
    if isinstance(type_, (DateTime,)) or type(type_).__name__ == "UtcDateTime":
        return datetime
    return type_.python_type


def constant(value: Any, kind: type, zone: str | None = None) -> ColumnElement[Any]:
    """A value of the mapping as one of the target's type.

    Raises:
        ValueError: it is none; the message says what is needed.
    """
    if value is None:
        return cast(null(), TYPES[kind])
    if kind is bool:
        word = str(value).lower()
        if word not in YES + NO:
            raise ValueError(f"{value!r} must be true or false")
        return literal(word in YES, Boolean, literal_execute=True)
    if kind is int:
        try:
            number = int(str(value))
        except ValueError:
            shown = str(value).lower() if isinstance(value, bool) else repr(value)
            raise ValueError(f"{shown} must be a whole number in digits only") from None
        if abs(number) > MOST_RUPIAH:
            raise ValueError(f"{value!r} is too large")
        return cast(literal(number, BigInteger, literal_execute=True), BigInteger)
    if kind is str:
        return fixed(value)
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f'{value!r} must be a day or time such as "2022-01-31 10:00:00"') from None
    if at.tzinfo is None and zone is not None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    naive = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    return cast(fixed(str(naive.date() if kind is date else naive)), TYPES[kind])


def wrong(job: Job, name: str, rule: TargetColumn, required: bool) -> Iterator[tuple[list[str], str]]:
    """What is wrong with the values that the mapping gives a column itself: where in its rule, and why."""
    kind = str if rule.key_of else kind_of(job, name)
    for option, (kinds, what) in _OF_KIND.items():
        if option in rule.model_fields_set and kind not in kinds and getattr(rule, option):
            yield [option], f"{option} belongs to {what}, and {name} is none of these; remove it"
    for step, value in _values(rule):
        if value is None:
            if required and step != ["otherwise"]:
                yield step, f"{name} must be filled, and null leaves it empty; give a value or a column"
            continue
        try:
            constant(value, kind, rule.time_zone)
        except ValueError as error:
            yield step, str(error)
            continue
        bound = None if rule.key_of else _bound(job, name, value)
        if bound:
            yield step, f"{value!r} {bound}"


def _values(rule: TargetColumn) -> Iterator[tuple[list[str], Any]]:
    if rule.column is None:
        yield ["value"], rule.value
    if rule.missing is not None:
        yield ["missing"], rule.missing
    for word, value in rule.values.items():
        yield ["values", word], value
    if "otherwise" in rule.model_fields_set:
        yield ["otherwise"], rule.otherwise


def _bound(job: Job, name: str, value: Any) -> str | None:
    """Which rule of the warehouse about this column alone a value breaks, in words."""
    among: list[str] = [*OrderState] if (job.name, name) in STATES else []
    number = int(value) if re.fullmatch(r"-?\d+", str(value)) else None
    for invariant in job.target.info["invariants"]:
        listed = re.search(rf"(?<!\w){name} IN \(([^)]*)\)", invariant)
        if listed and " OR " not in invariant:
            among = re.findall(r"'([^']*)'", listed[1])
        between = re.search(rf"(?<!\w){name} BETWEEN (\d+) AND (\d+)", invariant)
        if between and number is not None and not int(between[1]) <= number <= int(between[2]):
            return f"must be a number from {between[1]} to {between[2]}"
        least = re.search(rf"(?<![\w(]){name} (>=?) (\d+)", invariant)
        if least and number is not None and number < int(least[2]) + (least[1] == ">"):
            return f"must be a number of at least {int(least[2]) + (least[1] == '>')}"
    if among and str(value) not in among:
        return f"is no word for it; write one of {', '.join(among)}"
    return None
