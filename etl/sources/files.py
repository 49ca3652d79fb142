"""Files as a source: CSV, XLSX and Parquet, several per table, with a YAML mapping. Always read whole.

Text keys get surrogate ids from a key map that is kept in the warehouse, so a key keeps its id for ever.
"""

import contextlib
import csv
import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from charset_normalizer import from_bytes
from sqlalchemy import BigInteger, Connection, DateTime, Table, func, insert, select
from sqlalchemy.orm import InstrumentedAttribute

from etl.jobs import JOBS, Feed, Job
from etl.sources.base import Origin, Position, Snapshot
from etl.sources.mapping import Files, Join, MappingError, TargetColumn, TargetMapping
from etl.sources.mapping import Mapping as FileMapping
from etl.staging import PROBLEM, stage_frame
from queries.engine import Warehouse
from queries.schema import key_map

FIRST_SURROGATE = 1_000_000_000


class FileSource:
    """A folder of files read by a mapping."""

    unique_keys = False

    def __init__(self, mapping: FileMapping, folder: Path, mapping_file: Path | None = None) -> None:
        """`mapping_file`: where the mapping was read from, to be remembered."""
        known = {job.name for job in JOBS}
        wrong = sorted(set(mapping.tables) - known)
        if wrong:
            raise MappingError(f"the mapping {mapping.name} names unknown tables {wrong}; known are {sorted(known)}")
        self.name = mapping.name
        self.jobs: tuple[Job, ...] = JOBS
        self._mapping = mapping
        self._folder = folder
        self._mapping_file = mapping_file

    def origin(self) -> Origin:
        """See `Source`."""
        mapping_file = None if self._mapping_file is None else str(self._mapping_file.resolve())
        return Origin(mapping_file=mapping_file, folder=str(self._folder.resolve()))

    @contextlib.contextmanager
    def open(self, warehouse: Warehouse, watermark: str | None) -> Iterator[Snapshot | None]:
        """See `Source.open`."""
        digest = hashlib.sha256()
        for name, files in self._mapping.inputs.items():
            for path in _paths(self._folder, name, files):
                digest.update(f"{path.name}:{hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
        digest.update(self._mapping.model_dump_json().encode())
        current = digest.hexdigest()
        yield None if current == watermark else _FileSnapshot(self._mapping, self._folder, current)


class _FileSnapshot:
    changed: Mapping[str, set[int]] | None = None

    def __init__(self, mapping: FileMapping, folder: Path, watermark: str) -> None:
        self._mapping = mapping
        self._watermark = watermark
        self._inputs = {name: _read_input(folder, name, files) for name, files in mapping.inputs.items()}

    def position(self, connection: Connection) -> Position:
        """See `Snapshot`."""
        return Position(self._watermark, None)

    def stage_all(self, connection: Connection, job: Job, staging: Table) -> int:
        """See `Snapshot`."""
        names = [c.name for c in job.statement.selected_columns]
        total = 0
        for part in self._mapping.tables.get(job.name, []):
            rows = self._joined(job, part)
            frame, problems = self._target_frame(connection, job, part, rows, names)
            frame[PROBLEM] = problems
            stage_frame(connection, job, staging, frame)
            total += len(frame)
        return total

    def stage_keys(
        self,
        connection: Connection,
        job: Job,
        staging: Table,
        column: InstrumentedAttribute[Any],
        keys: Collection[int],
    ) -> int:
        """Files are read whole."""
        raise NotImplementedError(f"{job.name}: files are read whole")

    def look_up(self, feed: Feed, keys: Collection[int]) -> set[int]:
        """Files are read whole."""
        raise NotImplementedError(f"{feed.table}: files are read whole")

    def _joined(self, job: Job, part: TargetMapping) -> pd.DataFrame:
        rows = self._input(job, part.input).copy()
        for join in part.joins:
            right = _reduced(self._input(job, join.input), join)
            right = right.rename(columns={c: f"{join.input}.{c}" for c in right.columns})
            keys = [f"{join.input}.{name}" for name in join.match]
            rows = rows.merge(right, how="left", left_on=list(join.match.values()), right_on=keys)
        for name, allowed in part.where.items():
            rows = rows[rows[name].isin(allowed)]
        for name in part.present:
            rows = rows[rows[name].notna()]
        return rows.reset_index(drop=True)

    def _input(self, job: Job, name: str) -> pd.DataFrame:
        if name not in self._inputs:
            raise MappingError(f"{job.name}: the mapping has no input {name!r}")
        return self._inputs[name]

    def _target_frame(
        self, connection: Connection, job: Job, part: TargetMapping, rows: pd.DataFrame, names: list[str]
    ) -> tuple[pd.DataFrame, pd.Series]:
        frame = pd.DataFrame(index=rows.index)
        problems = pd.Series([None] * len(rows), index=rows.index, dtype=object)
        for name in names:
            rule = part.columns.get(name)
            if name == "source":
                frame[name] = self._mapping.name
            elif rule is None:
                frame[name] = None
            else:
                column = job.target.c.get(name)
                numeric = column is not None and isinstance(column.type, BigInteger)
                instant = column is None or isinstance(column.type, DateTime)
                values = _values(job, name, rule, rows)
                made = (
                    _surrogates(connection, self._mapping.name, rule.key_of, values)
                    if rule.key_of
                    else _converted(rule, values, numeric=numeric, instant=instant)
                )
                bad = values.notna() & made.isna() & problems.isna()
                problems[bad] = [f"{name}: {value!r} cannot be read" for value in values[bad]]
                frame[name] = made
        return frame, problems


def _paths(folder: Path, name: str, files: Files) -> list[Path]:
    found = sorted({path for pattern in files.files for path in folder.glob(pattern)})
    if not found:
        raise MappingError(f"input {name}: no file {', '.join(files.files)} in {folder}")
    return found


def _read_input(folder: Path, name: str, files: Files) -> pd.DataFrame:
    frames = []
    for path in _paths(folder, name, files):
        frame = _read(path, files)
        frame.columns = [str(column).strip() for column in frame.columns]
        missing = [column for column in files.columns if column not in frame.columns]
        if missing:
            raise MappingError(f"{path}: no column {', '.join(missing)}; it has {', '.join(frame.columns)}")
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _read(path: Path, files: Files) -> pd.DataFrame:
    try:
        if path.suffix.lower() == ".parquet":
            return pd.read_parquet(path).astype("string").astype(object)
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype=str, engine="openpyxl").astype(object)
        return pd.read_csv(
            io.StringIO(_text(path, files.encoding)),
            dtype=str,
            sep=files.delimiter,
            engine="python" if files.delimiter is None else "c",
        ).astype(object)
    except csv.Error as error:
        raise MappingError(f"{path} cannot be read: {error}; name the delimiter in the mapping") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError, OSError) as error:
        raise MappingError(f"{path} cannot be read: {error}") from error


def _text(path: Path, encoding: str | None) -> str:
    data = path.read_bytes()
    try:
        return data.decode(encoding or "utf-8-sig")
    except (UnicodeDecodeError, LookupError) as error:
        if encoding is not None:
            raise MappingError(f"{path} is not {encoding}: {error}") from None
    guess = from_bytes(data, cp_isolation=["utf_16", "utf_32", "cp1252"]).best()
    if guess is None:
        raise MappingError(f"{path}: unknown encoding; name it as `encoding` in the mapping")
    return str(guess)


def _reduced(rows: pd.DataFrame, join: Join) -> pd.DataFrame:
    keys = list(join.match)
    if join.first_by:
        order = pd.to_numeric(rows[join.first_by], errors="coerce")
        rows = rows.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")
    first = rows.drop_duplicates(keys)
    if not join.sum:
        return first
    sums = rows[keys].assign(**{name: pd.to_numeric(rows[name], errors="coerce") for name in join.sum})
    totals = sums.groupby(keys, as_index=False).sum()
    totals[join.sum] = totals[join.sum].map(lambda value: f"{value:.2f}")
    return first.drop(columns=join.sum).merge(totals, on=keys)


def _values(job: Job, name: str, rule: TargetColumn, rows: pd.DataFrame) -> pd.Series:
    if rule.column is None:
        return pd.Series([rule.value] * len(rows), index=rows.index, dtype=object)
    if rule.column not in rows.columns:
        raise MappingError(f"{job.name}.{name}: no column {rule.column}; there are {', '.join(rows.columns)}")
    values = rows[rule.column]
    if rule.values:
        known = values.map(
            lambda value: rule.values.get(value, rule.otherwise) if isinstance(value, str) else rule.otherwise
        )
        return known.astype(object)
    filled = values if rule.missing is None else values.fillna(rule.missing)
    if rule.plus is not None and rule.plus in rows.columns:
        other = rows[rule.plus] if rule.missing is None else rows[rule.plus].fillna(rule.missing)
        return (pd.to_numeric(filled, errors="coerce") + pd.to_numeric(other, errors="coerce")).astype(object)
    return filled.astype(object)


def _converted(rule: TargetColumn, values: pd.Series, *, numeric: bool, instant: bool) -> pd.Series:
    if rule.time_zone:
        stamps = pd.to_datetime(values, errors="coerce", format="ISO8601")
        zoned = stamps.dt.tz_localize(rule.time_zone, ambiguous=True, nonexistent="shift_forward")
        texts: pd.Series = (
            zoned.dt.tz_convert("UTC").dt.tz_localize(None).dt.strftime("%Y-%m-%d %H:%M:%S").astype(object)
        )
        return texts
    if rule.scale is not None:
        # two decimals at most: cents are whole numbers before the scale, so money never passes through a fraction
        cents = np.floor(pd.to_numeric(values, errors="coerce") * 100 + 0.5)
        rupiah: pd.Series = (cents * rule.scale // 100).astype("Int64").astype(object)
        return rupiah
    if numeric:
        whole: pd.Series = pd.to_numeric(values, errors="coerce").round().astype("Int64").astype(object)
        return whole
    return values


def _surrogates(connection: Connection, source: str, kind: str, values: pd.Series) -> pd.Series:
    mine = (key_map.c.source == source, key_map.c.kind == kind)
    known = {row[0]: row[1] for row in connection.execute(select(key_map.c.natural_key, key_map.c.id).where(*mine))}
    new = [value for value in dict.fromkeys(values.dropna()) if value not in known]
    if new:
        top = connection.scalar(select(func.max(key_map.c.id))) or FIRST_SURROGATE - 1
        made = {value: top + number for number, value in enumerate(new, 1)}
        frame = [{"source": source, "kind": kind, "natural_key": k, "id": v} for k, v in made.items()]
        for start in range(0, len(frame), 2_000):
            connection.execute(insert(key_map).values(frame[start : start + 2_000]))
        known |= made
    return values.map(known).astype("Int64").astype(object)
