"""Reads of the warehouse by the screens."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd
from sqlalchemy import Connection

from dashboard.runtime import runtime
from queries.filters import Page, PageOf

P = ParamSpec("P")
T = TypeVar("T")
AT_ONCE = 5_000  # rows of a list that is read by pages


def stream(
    question: Callable[Concatenate[Connection, P], Iterator[T]], *args: P.args, **kwargs: P.kwargs
) -> Iterator[T]:
    """The parts of a long answer, all of the same moment; the connection stays open until the last one."""
    with runtime().warehouse.read() as connection:
        yield from question(connection, *args, **kwargs)


def stream_pages(question: Callable[[Connection, Page], PageOf]) -> Iterator[pd.DataFrame]:
    """All rows of a list that is asked for page by page, all of the same moment: one transaction reads every page."""
    size = AT_ONCE
    with runtime().warehouse.read() as connection:
        for number in count():
            rows = question(connection, Page(size, number * size)).rows
            if len(rows):
                yield rows
            if len(rows) < size:
                return


def ask(question: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The answer to one question (a function of `queries`) over the data of now.

    Raises:
        SQLAlchemyError, duckdb.Error: the warehouse cannot be read; `guarded` draws the error state.
    """
    with runtime().warehouse.read() as connection:
        return question(connection, *args, **kwargs)
