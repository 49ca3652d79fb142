"""Queues: so many inside, the others wait in order, and are sent away when it takes too long."""

import asyncio

import pytest
from sqlalchemy import create_engine

from api.kernel.db import WRITERS
from api.kernel.errors import Unavailable
from api.kernel.gates import Gate, Gates


def test_only_so_many_are_inside_and_all_get_their_turn_in_order() -> None:
    inside, most, order = 0, 0, []

    async def visit(gate: Gate, number: int) -> None:
        nonlocal inside, most
        async with gate.enter():
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1

    async def all_at_once() -> None:
        gate = Gate(2)
        await asyncio.gather(*(visit(gate, number) for number in range(50)))

    asyncio.run(all_at_once())
    assert (most, order) == (2, list(range(50)))


def test_who_waits_too_long_is_asked_to_come_again_and_the_place_is_free_later() -> None:
    async def scenario() -> str:
        gate = Gate(1, wait=0.01)
        async with gate.enter():
            with pytest.raises(Unavailable) as refused:
                async with gate.enter():
                    raise AssertionError
        async with gate.enter():
            return refused.value.headers["Retry-After"]

    assert asyncio.run(scenario()) == "2"


def test_a_full_queue_turns_away_at_once() -> None:
    async def scenario() -> None:
        gate = Gate(1, queue=0)
        async with gate.enter():
            with pytest.raises(Unavailable):
                async with gate.enter():
                    raise AssertionError
            with pytest.raises(Unavailable):
                async with gate.enter():
                    raise AssertionError

    asyncio.run(scenario())


def test_a_place_is_given_back_when_the_work_fails() -> None:
    async def scenario() -> bool:
        gate = Gate(1, wait=0.01)
        with pytest.raises(ZeroDivisionError):
            async with gate.enter():
                raise ZeroDivisionError
        async with gate.enter():
            return True

    assert asyncio.run(scenario())


@pytest.mark.parametrize(("url", "writers"), [("sqlite://", 1), ("postgresql+psycopg://h/d", WRITERS)])
def test_sqlite_has_one_writer_and_postgresql_several(url: str, writers: int) -> None:
    assert Gates.of(create_engine(url)).writing.places == writers
