"""Answers of the API, checked once where they enter: pages read attributes, and other shapes are refused here."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from dashboard.client import Answer, ApiUnreadable

T = TypeVar("T")
_adapters: dict[Any, TypeAdapter[Any]] = {}  # making one takes longer than using it


class Shape(BaseModel):
    """What an answer has to hold; more than that does no harm, so that the API may grow before the screens do."""

    model_config = ConfigDict(frozen=True)


class Listing(Shape, Generic[T]):
    """One page of rows, and how many there are in all."""

    data: list[T]
    total: int


def read(shape: type[T], answer: Answer) -> T:
    """The `data` of an answer.

    Raises:
        ApiUnreadable: it has another shape.
    """
    return read_part(shape, answer.data, answer)


def read_part(shape: type[T], part: object, answer: Answer) -> T:
    """A part of an answer that stands beside its `data`.

    Raises:
        ApiUnreadable: it has another shape.
    """
    try:
        return _adapter(shape).validate_python(part)
    except ValidationError as error:
        raise ApiUnreadable(f"the API's answer is not a {shape}: {error}", answer.request_id) from error


def frame(shape: type[Shape], rows: Sequence[Shape]) -> pd.DataFrame:
    """Rows of a shape as a table with one column for each field; instants are naive UTC, as the warehouse has them."""
    found = pd.DataFrame([dict(row) for row in rows], columns=list(shape.model_fields))
    for name in found.select_dtypes("datetimetz").columns:
        found[name] = found[name].dt.tz_convert("UTC").dt.tz_localize(None)
    return found


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    if shape not in _adapters:
        _adapters[shape] = TypeAdapter(shape)
    return _adapters[shape]
