"""A full reading that would remove much of what is landed is refused: a smaller file is more often a mistake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, insert, select

from etl.jobs import Job
from etl.staging import key_table

MOST_GONE = 10  # one in so many rows of a table may go


class ShrinkRefused(RuntimeError):
    """More would go than is usual; the message counts it and says how to allow it."""


@dataclass(frozen=True, slots=True)
class Before:
    """The keys of a table that were landed from a source before."""

    job: Job
    keys: Table
    count: int


def keys_before(connection: Connection, source: str, jobs: Iterable[Job]) -> list[Before]:
    """What is landed now, to be compared with what is landed later."""
    found = []
    for job in jobs:
        keys = key_table(connection, f"before_{job.name}")
        mine = select(job.target.c[job.key_name]).where(job.target.c.source == source)
        count = connection.execute(insert(keys).from_select(["k"], mine)).rowcount
        found.append(Before(job, keys, count))
    return found


def gone(connection: Connection, before: Iterable[Before]) -> Mapping[str, tuple[int, int]]:
    """By table: how many of the rows that were landed before are there no more, and of how many."""
    found = {}
    for each in before:
        there = select(each.job.target.c[each.job.key_name])
        left = select(func.count()).select_from(each.keys).where(each.keys.c.k.not_in(there))
        found[each.job.name] = (int(connection.scalar(left) or 0), each.count)
        each.keys.drop(connection, checkfirst=False)
    return found


def refuse(source: str, removed: Mapping[str, tuple[int, int]]) -> None:
    """Refuse when more than a tenth of a table would go.

    Raises:
        ShrinkRefused: naming every such table.
    """
    much = {name: counts for name, counts in removed.items() if counts[0] * MOST_GONE > counts[1]}
    if much:
        said = ", ".join(f"{count:,} of {of:,} rows of {name}" for name, (count, of) in much.items())
        raise ShrinkRefused(
            f"nothing was landed: {source} would lose {said}, more than a tenth. Give the whole files again, correct "
            "what `python -m etl preview` shows as set aside, or allow it with --allow-shrink"
        )
