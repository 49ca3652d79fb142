"""Files as a source: CSV, XLSX and Parquet, several per table, with a YAML mapping. Always read whole.

All columns are read as texts. What a text means is declared by the mapping or proved by its whole column; a word that
does not fit sets its row aside with its place. Text keys get ids from a key map that is kept in the warehouse.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, column, func, select, table

from etl.files.finding import digest_of
from etl.files.landing import memory_of_wide
from etl.files.reading import read_input
from etl.files.tables import ROW, ColumnsMissing, FileUnreadable, InputRead, Wanted, listed, one_line
from etl.jobs import JOBS, Job
from etl.sources import blame, inputs, keys, parts, typed
from etl.sources.base import LeftOut, Origin, Position, ReadWhole
from etl.sources.blame import Read
from etl.sources.checking import checked
from etl.sources.inputs import Input
from etl.sources.mapping import Files, MappingError
from etl.sources.mapping import Mapping as FileMapping
from etl.sources.parts import Part
from etl.sources.proofs import Proofs
from etl.sources.scratch import MEMORY, TO_JOIN, scratch
from etl.sources.typed import Target
from etl.sources.words import composed, fixed
from etl.staging import PLACE, PROBLEM, registered, stage_from
from etl.validate import keep_one, set_repeats_aside
from queries.engine import Warehouse, duckdb_cursor

BATCH = 2_000
COLUMNS_OF_A_MB = 2  # a block of a column is a quarter of one, and a sort holds two
READING = "3"  # grows when the same files are read otherwise than before, so that they are landed again
PARTS_APART = 2**48  # rows of the parts of a table are numbered one after the other


class FileSource:
    """A folder of files read by a mapping."""

    unique_keys = False

    def __init__(
        self, mapping: FileMapping, folder: Path, mapping_file: Path | None = None, *, may_shrink: bool = False
    ) -> None:
        """`mapping_file`: where the mapping was read from, to be remembered. `may_shrink`: more than a tenth of what is
        landed may go.

        Raises:
            MappingError: the mapping or the folder is wrong.
        """
        checked(mapping)
        if not folder.is_dir():
            found = "is a file" if folder.exists() else "is not there"
            raise MappingError(f"{folder} {found}; give the folder of the files as --path")
        self.name = mapping.name
        self.jobs: tuple[Job, ...] = JOBS
        self._may_shrink = may_shrink
        self._mapping = mapping
        self._folder = folder
        self._mapping_file = mapping_file

    def origin(self) -> Origin:
        """See `Source`."""
        mapping_file = None if self._mapping_file is None else str(self._mapping_file.resolve())
        return Origin(mapping_file=mapping_file, folder=str(self._folder.resolve()))

    @contextlib.contextmanager
    def open(self, warehouse: Warehouse, watermark: str | None) -> Iterator["FileSnapshot | None"]:
        """See `Source.open`."""
        try:
            current = self._digest()
            if current == watermark:
                yield None
                return
            with scratch(_memory(self._mapping)) as connection:
                snapshot = FileSnapshot(self._mapping, self._folder, connection, may_shrink=self._may_shrink)
                if self._digest() != current:
                    raise FileUnreadable(f"files in {self._folder} changed while they were read; run again")
                snapshot.watermark = current
                yield snapshot
        except FileUnreadable as error:
            raise MappingError(str(error)) from error

    def _digest(self) -> str:
        digest = hashlib.sha256(READING.encode())
        for name, files in self._mapping.inputs.items():
            digest.update(f"{name}:{digest_of(self._folder, name, _wanted(files))}".encode())
        digest.update(self._mapping.model_dump_json().encode())
        return digest.hexdigest()


def _memory(mapping: FileMapping) -> int:
    joins = any(part.joins for parts_ in mapping.tables.values() for part in parts_)
    return TO_JOIN if joins or any(each.rows for each in mapping.inputs.values()) else MEMORY


def _wanted(files: Files) -> Wanted:
    sheets = tuple(files.sheets) if isinstance(files.sheets, list) else files.sheets
    if isinstance(sheets, str) and sheets != "all":
        sheets = (sheets,)
    return Wanted(tuple(files.files), tuple(files.columns), files.delimiter, files.encoding, sheets)


class FileSnapshot(ReadWhole):
    """The files as they were read once, whole.

    `stage_all` gives the rows that would land, each once and with the id of its key, and those to be set aside with
    `problem` and the place of the word that is the reason. Rows that only repeat another are left out; `left_out`
    counts them. What a rule of the warehouse sets aside (orphans, invariants) is found later, in `etl.validate`.
    """

    def __init__(self, mapping: FileMapping, folder: Path, connection: Connection, *, may_shrink: bool) -> None:
        """Reads the files into a private database.

        Raises:
            MappingError: the mapping does not fit the files, or a format is neither declared nor proved.
            FileUnreadable: a file cannot be read.
        """
        self.watermark = ""
        self.left_out: Mapping[str, LeftOut] = {}
        self.may_shrink = may_shrink
        self._mapping = mapping
        self._cursor = duckdb_cursor(connection)
        self._dialect = connection.dialect
        self._proofs = Proofs(self._cursor, self._dialect)
        self._inputs = {name: self._opened(folder, name, files) for name, files in mapping.inputs.items()}
        self._make_room()
        self._parts: dict[str, list[tuple[Part, list[Target]]]] = {}
        self._plan()

    def _make_room(self) -> None:
        """Memory for a block of each column: a list of many inputs holds more of them than one of a few."""
        sizes = "SELECT count(*) FROM duckdb_columns() WHERE starts_with(table_name, 'input_') GROUP BY table_name"
        columns = [count for (count,) in self._cursor.execute(sizes).fetchall()]
        room = max(_memory(self._mapping) + sum(columns) // COLUMNS_OF_A_MB, memory_of_wide(max(columns, default=0)))
        self._cursor.execute(f"SET memory_limit = '{room}MB'")

    @property
    def reads(self) -> dict[str, InputRead]:
        """What was found, by input."""
        return {name: each.read for name, each in self._inputs.items()}

    @property
    def formats(self) -> list[tuple[str, str, str, str | None]]:
        """Input, column, format, and the word that proves it."""
        return self._proofs.found()

    def position(self, connection: Connection) -> Position:
        """See `Snapshot`."""
        return Position(self.watermark, None)

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`; returns the rows that were read, also those that are left out."""
        read = dropped = repeated = 0
        for number, (part, targets) in enumerate(self._parts.get(job.name, [])):
            given, joined = self._stage(connection, job, staging, number, (part, targets))
            every = part.main.raw_rows + part.main.left
            lines = self._count(part.main.rows)
            kept = self._count(part.rows)
            read += every + joined
            dropped += part.main.left + lines - kept
            repeated += part.main.raw_rows - lines + kept - given
            policy = self._mapping.tables[job.name][number].repeats
            if policy is not None:
                repeated += keep_one(
                    connection, job, staging, policy, (number * PARTS_APART, (number + 1) * PARTS_APART)
                )
        repeated += set_repeats_aside(connection, job, staging)
        blame.name_columns(
            connection, job, staging, Read(self._cursor, self._dialect, self._parts.get(job.name, []), PARTS_APART)
        )
        self.left_out = {**self.left_out, job.name: LeftOut(repeated, dropped, self._note(job))}
        return read

    def _opened(self, folder: Path, name: str, files: Files) -> Input:
        try:
            wanted = replace(_wanted(files), amounts=parts.amounts_of(self._mapping, name))
            read = read_input(self._cursor, folder, name, wanted)
        except ColumnsMissing as error:
            raise FileUnreadable(f"{error} ({self._mapping.at(['inputs', name, 'columns'])})") from error
        source = inputs.opened(self._cursor, name, files, read)
        if not read.tables:  # no header says which columns there are
            source = inputs.widened(source, parts.names_of(self._mapping, name))
        if files.rows is None:
            return source
        there = source.columns
        wrong = [
            f"{self._mapping.at(['inputs', name, key])}: no column {one_line(each)}; there are {listed(there)}"
            for key, named in (("key", [files.key or ""]), ("carry_down", files.carry_down), ("sum", files.sum))
            for each in named
            if each not in there
        ]
        if wrong:
            raise MappingError("the mapping is wrong:\n  " + "\n  ".join(wrong))
        made = inputs.items_as_rows(self._cursor, self._dialect, source, lambda each: self._proofs.number(source, each))
        self._refuse()
        return made

    def _plan(self) -> None:
        """Every part of every table, with its columns and formats.

        Raises:
            MappingError: naming everything that is wrong.
        """
        wrong: list[str] = []
        for job in JOBS:
            for number, part in enumerate(self._mapping.tables.get(job.name, [])):
                columns = parts.columns_of(self._mapping, job.name, number, self._inputs)
                targets, bad = typed.targets_of(self._mapping, job, number, columns, self._proofs)
                wrong += [*columns.wrong, *bad]
                if not wrong:
                    rows = parts.assembled(part, columns, self._inputs, self._proofs)
                    self._parts.setdefault(job.name, []).append((rows, targets))
        if wrong:
            raise MappingError("the mapping is wrong:\n  " + "\n  ".join(dict.fromkeys(wrong)))
        self._refuse()

    def _refuse(self) -> None:
        if self._proofs.refusals:
            raise MappingError("nothing was landed:\n  " + "\n  ".join(self._proofs.refusals))

    def _count(self, rows: Any) -> int:
        statement = composed(select(func.count()).select_from(rows), self._dialect)
        found = self._cursor.execute(statement).fetchone()
        return int(found[0]) if found else 0

    def _stage(
        self, connection: Connection, job: Job, staging: Table, number: int, planned: tuple[Part, list[Target]]
    ) -> tuple[int, int]:
        """Stage a part; the numbers of its rows, and of joined rows without a key."""
        targets = planned[1]
        part = typed.stepped(self._lean(job, planned[0], targets), targets)
        kinds = {each.name: each.rule.key_of for each in targets if each.rule.key_of}
        for target in targets:
            if target.rule.key_of:
                word = target.value(part.rows)
                named = select(word.label("natural_key"), func.min(part.rows.c[ROW]).label("place")).group_by(word)
                statement = composed(named.where(word.is_not(None)), self._dialect)
                keys.learn(connection, self._mapping.name, target.rule.key_of, self._batches(statement))
        names = [c.name for c in job.statement.selected_columns]
        counts = []
        for statements in (
            [typed.typed_rows(part, job, targets, self._mapping.name)],
            typed.keyless_rows(part, job, targets, self._mapping.name),
        ):
            total = 0
            for statement in statements:
                with registered(connection, "incoming_rows", self._batches(composed(statement, self._dialect))):
                    incoming = table("incoming_rows", *[column(each) for each in (*names, PROBLEM, *PLACE)])
                    numbered = keys.with_ids(incoming, self._mapping.name, kinds, [*names, PROBLEM, *PLACE])
                    rows = numbered.subquery()
                    total += stage_from(connection, job, staging, _apart(rows, number))
            counts.append(total)
        return counts[0], counts[1]

    def _lean(self, job: Job, part: Part, targets: list[Target]) -> Part:
        """The part without rows that say the same, where most do: partners of a list of orders."""
        key = next((each for each in targets if each.name == job.key_name), None)
        if key is None:
            return part
        word = fixed("") if key.named is None else part.rows.c[key.named.label]
        statement = select(func.count(), func.approx_count_distinct(word)).select_from(part.rows)
        total, distinct = self._cursor.execute(composed(statement, self._dialect)).fetchone() or (0, 0)
        if distinct * 2 > total:
            return part
        return Part(parts.rows_of_same_words(part), part.main, part.named, part.keyless)

    def _batches(self, statement: str) -> Any:
        return self._cursor.execute(statement).to_arrow_reader(BATCH)

    def _note(self, job: Job) -> str | None:
        """Which files the job's rows come from, and how they were read."""
        used = dict.fromkeys(
            name
            for part in self._mapping.tables.get(job.name, [])
            for name in (part.input, *[join.input for join in part.joins])
        )
        lines = []
        for name in used:
            for each in self._inputs[name].read.tables:
                how = ", ".join(filter(None, [each.encoding, each.delimiter and f"delimiter {each.delimiter!r}"]))
                line = f"{each.place}: {each.rows} rows ({how})" if how else f"{each.place}: {each.rows} rows"
                lines.append(line + (f", {each.merged} cells filled from merged ones" if each.merged else ""))
            lines += [f"{label}: left alone, {why}" for label, why in self._inputs[name].read.skipped]
        lines += [
            f"{name}.{of}: {form}" + (f", by {proof}" if proof else "")
            for name, of, form, proof in self.formats
            if name in used
        ]
        return "\n".join(lines) or None


def _apart(rows: Any, number: int) -> Any:
    columns = [(each + number * PARTS_APART).label(each.name) if each.name == "from_row" else each for each in rows.c]
    return select(*columns).select_from(rows).subquery()
