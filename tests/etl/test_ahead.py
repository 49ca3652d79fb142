"""Reading ahead: what is read, when, and what becomes of an error."""

import threading
from collections.abc import Iterator

import pytest

from etl.sources.ahead import one_ahead


def test_the_first_item_is_fetched_before_it_is_asked_for() -> None:
    fetched = threading.Event()

    def numbers() -> Iterator[int]:
        fetched.set()
        yield from (1, 2, 3)

    with one_ahead(numbers()) as items:
        assert fetched.wait(10)
        assert list(items) == [1, 2, 3]


def test_nothing_at_all_is_no_item() -> None:
    with one_ahead(iter(())) as items:
        assert list(items) == []


def test_an_error_of_the_reading_is_raised_where_the_item_is_asked_for() -> None:
    def numbers() -> Iterator[int]:
        yield 1
        raise OSError("gone")

    with one_ahead(numbers()) as items:
        assert next(items) == 1
        with pytest.raises(OSError, match="gone"):
            next(items)


def test_an_error_of_the_using_waits_for_what_is_being_fetched() -> None:
    fetching, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def numbers() -> Iterator[int]:
        fetching.set()
        go_on.wait(10)
        ended.set()
        yield 1

    def use() -> None:
        with one_ahead(numbers()):
            assert fetching.wait(10)
            threading.Timer(0.01, go_on.set).start()
            raise RuntimeError("full")

    with pytest.raises(RuntimeError, match="full"):
        use()
    assert ended.is_set()
