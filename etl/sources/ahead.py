"""Reading ahead: the next batch is read while the last one is used."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def one_ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The items, each fetched by another thread before it is asked for, the first one at once.

    What the thread reads from is nobody else's until the block ends; its end waits for what is being fetched.
    """
    with ThreadPoolExecutor(1, "read-ahead") as thread:
        coming = thread.submit(next, items, None)

        def each() -> Iterator[T]:
            nonlocal coming
            while (item := coming.result()) is not None:
                coming = thread.submit(next, items, None)
                yield item

        yield each()
