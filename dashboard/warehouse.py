"""Reads of the warehouse by the screens."""

from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from dashboard.runtime import runtime

P = ParamSpec("P")
T = TypeVar("T")


def stream(
    question: Callable[Concatenate[Connection, P], Iterator[T]], *args: P.args, **kwargs: P.kwargs
) -> Iterator[T]:
    """The parts of a long answer, all of the same moment; the connection stays open until the last one."""
    with runtime().warehouse.read() as connection:
        yield from question(connection, *args, **kwargs)


def ask(question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer to one question (a function of `queries`) over the data of now.

    Raises:
        SQLAlchemyError, duckdb.Error: the warehouse cannot be read; `guarded` draws the error state.
    """
    with runtime().warehouse.read() as connection:
        return question(connection, *args, **kwargs)
