"""Shared pieces of the table definitions.

Types: money and counts BIGINT, instants naive UTC TIMESTAMP (`*_at`), WIB days DATE (`*_date`, `day`, `month`).
A table is a dimension, a fact, a mart or a record of ETL's own, and every list of tables is derived from that. Its
`info` states kind, grain, key and the invariants that are checked on every load: SQL conditions that every row must
satisfy. No table has a primary key: it would slow every load.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, MetaData, String, Table

metadata = MetaData()


class Kind(StrEnum):
    """What a table is, and so how it is filled and what becomes of it when its definition changes."""

    DIMENSION = "dimension"  # landed from a source
    FACT = "fact"  # landed from a source
    MART = "mart"  # computed from facts and dimensions, always equal to its rebuild
    RECORD = "record"  # written by ETL about itself; no source holds it, so it is never dropped


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


def optional_flag(name: str) -> Column[bool]:
    """A boolean that may be missing."""
    return Column(name, Boolean)


def dimension(
    name: str, *columns: Column[Any], grain: str, key: tuple[str, ...], invariants: tuple[str, ...] = ()
) -> Table:
    """A table of what facts refer to; `source` says where a row came from."""
    return _table(Kind.DIMENSION, name, columns, grain, key, invariants)


def fact(name: str, *columns: Column[Any], grain: str, key: tuple[str, ...], invariants: tuple[str, ...] = ()) -> Table:
    """A table of what happened; `source` is 'store' or the name of the file mapping that the row came from."""
    return _table(Kind.FACT, name, columns, grain, key, invariants)


def mart(name: str, *columns: Column[Any], grain: str, key: tuple[str, ...], invariants: tuple[str, ...] = ()) -> Table:
    """What the pages open with: a function of facts and dimensions (mart_partner_recent: and of the WIB day)."""
    return _table(Kind.MART, name, columns, grain, key, invariants)


def record(name: str, *columns: Column[Any], grain: str, key: tuple[str, ...]) -> Table:
    """What ETL remembers: kept whatever changes in its definition."""
    return _table(Kind.RECORD, name, columns, grain, key, ())


def tables_of(*kinds: Kind) -> tuple[Table, ...]:
    """The tables of some kinds, in the order of their definition."""
    return tuple(table for table in metadata.tables.values() if table.info["kind"] in kinds)


def _table(
    kind: Kind,
    name: str,
    columns: tuple[Column[Any], ...],
    grain: str,
    key: tuple[str, ...],
    invariants: tuple[str, ...],
) -> Table:
    info = {"kind": kind, "grain": grain, "key": key, "invariants": invariants}
    return Table(name, metadata, *columns, info=info)
