"""What a source offers the landing."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa
from sqlalchemy import Connection, Table
from sqlalchemy.orm import InstrumentedAttribute

from etl.jobs.base import Feed, Job
from queries.engine import Warehouse


class SourceUnavailable(RuntimeError):
    """The source cannot be read; the message says which thing, why, and what to do."""


class SourceReplaced(SourceUnavailable):
    """Another source stands where the landed one stood; it is not landed over it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which source exactly: the id of a store that has one and its URL, or the mapping and the folder of files."""

    store_id: str | None = None
    mapping_file: str | None = None
    folder: str | None = None
    url: str | None = None  # without a password


@dataclass(frozen=True, slots=True)
class Position:
    """How far a snapshot reaches. `watermark` is opaque.

    `change_seq`: the changes of the API up to this one are in the snapshot, but for those in `pending`; None where
    changes are not numbered. `note`: why everything is landed again, where the source decided that. `behind`: how old
    the snapshot was when it was taken, as of a replica.
    """

    watermark: str
    change_seq: int | None
    pending: tuple[int, ...] = ()
    note: str | None = None
    behind: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a job that were read and not staged: those that repeat another, and those that the mapping does not want.

    `note`: what was read and how, for the log of runs.
    """

    repeated: int = 0
    dropped: int = 0
    note: str | None = None


class Snapshot(Protocol):
    """One consistent reading of a source.

    `changed` holds the changed keys per source table since the watermark; None means: everything.
    """

    changed: Mapping[str, set[int]] | None

    def position(self, connection: Connection) -> Position:
        """How far it reaches; read inside the landing's transaction."""
        ...

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """Put every row of the job into `staging`, a key once unless it is to be set aside; returns the number read."""
        ...

    def read_keys(self, job: Job, column: InstrumentedAttribute[Any], keys: Collection[int]) -> Iterator[pa.Table]:
        """The rows of the job whose source `column` is one of `keys`, in batches with the columns of its statement."""
        ...

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """The values of the feed's lookup for changed `keys`."""
        ...


class ReadWhole:
    """Of a snapshot that holds everything and knows no changes: nobody asks it for single keys."""

    changed: Mapping[str, set[int]] | None = None

    def read_keys(self, job: Job, column: InstrumentedAttribute[Any], keys: Collection[int]) -> Iterator[pa.Table]:
        """Raises NotImplementedError."""
        raise NotImplementedError(f"{job.name}: this source is read whole")

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """Raises NotImplementedError."""
        raise NotImplementedError(f"{feed.table}: this source is read whole")


@runtime_checkable
class Accounted(Protocol):
    """A snapshot that accounts for rows which it does not stage. `left_out` holds each job once it is staged;
    `may_shrink`: whether more than a tenth of what is landed may go."""

    left_out: Mapping[str, LeftOut]
    may_shrink: bool


class Source(Protocol):
    """A source by name, with the jobs it can feed."""

    name: str
    jobs: tuple[Job, ...]
    unique_keys: bool  # false: rows of one key may repeat in a full reading

    def origin(self) -> Origin:
        """Which source it is now.

        Raises:
            SourceUnavailable: when the source cannot be reached.
        """
        ...

    def open(self, warehouse: Warehouse, watermark: str | None) -> AbstractContextManager[Snapshot | None]:
        """A snapshot of what changed since `watermark` (None: of everything); yields None when nothing changed.

        Raises:
            SourceUnavailable: when the source cannot be reached or read.
        """
        ...


@runtime_checkable
class Viewed(Protocol):
    """A snapshot of everything that is read where it lies, with nothing staged."""

    def view(self, connection: Connection, job: Job) -> Table:
        """A temporary view of the connection with the job's rows, typed as its target."""
        ...


@runtime_checkable
class ReadByKey(Protocol):
    """A source whose rows can be read by their keys."""

    def open_by_key(self, watermark: str) -> AbstractContextManager[Snapshot]:
        """A snapshot of what changed since `watermark`, even if that is nothing.

        Raises:
            SourceUnavailable: when the source cannot be read, or is older than `watermark`.
        """
        ...
