"""Answers of the API, checked once where they enter: pages read attributes, and other shapes are refused here."""

from typing import Any, Generic, TypeVar

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


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    if shape not in _adapters:
        _adapters[shape] = TypeAdapter(shape)
    return _adapters[shape]
