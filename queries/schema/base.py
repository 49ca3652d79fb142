"""Shared pieces of the table definitions.

Types: money and counts BIGINT, instants naive UTC TIMESTAMP (`*_at`), WIB days DATE (`*_date`, `day`, `month`).
`info` of each table states its grain, its key and the invariants that are checked on every load: SQL conditions that
every row must satisfy.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, MetaData, String, Table

metadata = MetaData()


def key(name: str) -> Column[int]:
    """A key column, never null."""
    return Column(name, BigInteger, nullable=False)


def count(name: str) -> Column[int]:
    """A count or an amount in rupiah, never null."""
    return Column(name, BigInteger, nullable=False)


def optional_key(name: str) -> Column[int]:
    """A reference that may be missing."""
    return Column(name, BigInteger)


def optional_count(name: str) -> Column[int]:
    """A count or an amount in rupiah that may be missing."""
    return Column(name, BigInteger)


def text_column(name: str, *, nullable: bool = False) -> Column[str]:
    """A text."""
    return Column(name, String, nullable=nullable)


def instant(name: str, *, nullable: bool = True) -> Column[Any]:
    """A naive UTC timestamp."""
    return Column(name, DateTime, nullable=nullable)


def day(name: str, *, nullable: bool = False) -> Column[Any]:
    """A WIB day."""
    return Column(name, Date, nullable=nullable)


def flag(name: str) -> Column[bool]:
    """A boolean, never null."""
    return Column(name, Boolean, nullable=False)


def table(
    name: str, *columns: Column[Any], grain: str, key: tuple[str, ...], invariants: tuple[str, ...] = ()
) -> Table:
    """A warehouse table with its grain, key and invariants. No primary key: it would slow every load (design.md)."""
    return Table(name, metadata, *columns, info={"grain": grain, "key": key, "invariants": invariants})
