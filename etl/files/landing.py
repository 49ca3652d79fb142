"""The DuckDB table that the rows of an input are put into, some thousands at a time."""

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, Column, MetaData, String, Table, column, insert, select, table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateColumn, CreateTable
from sqlalchemy.sql.expression import quoted_name

from etl.files.tables import FILE, LINE, PROBLEM, ROW, SHEET, WHITE

# DuckDB quotes names as PostgreSQL does; with this style of parameters a "%" in a name stays one
_DIALECT = postgresql.dialect(paramstyle="named")
_CHUNK = "rows_of_a_file"
_WIDE = 40  # columns; each takes a block of memory while rows are added, and those of more have to be allowed
_OWN = {ROW: BigInteger, FILE: String, SHEET: String, LINE: BigInteger, PROBLEM: String}


def memory_of_wide(columns: int) -> int:
    """How many MB a table of so many columns needs at least while rows are added; 0 for any other."""
    return 256 + columns if columns > _WIDE else 0


class InputTable:
    """A table of texts that takes columns as they come."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]) -> None:
        """A new table with these columns; more may be added."""
        self.name = f"input_{name}"
        self.rows = 0
        self._connection = connection
        self._table = Table(self.name, MetaData())
        self._known: dict[str, str] = {}
        for own, kind in _OWN.items():
            self._table.append_column(Column(own, kind))
        for each in columns:
            self._append(each)
        connection.execute(str(CreateTable(self._table).compile(dialect=_DIALECT)))

    def add_columns(self, columns: Sequence[str]) -> None:
        """Make columns that are not there yet; their rows so far are NULL."""
        quoted = _DIALECT.identifier_preparer.quote(self.name)
        for each in columns:
            if each.lower() not in self._known:
                added = CreateColumn(self._append(each)).compile(dialect=_DIALECT)
                self._connection.execute(f"ALTER TABLE {quoted} ADD COLUMN {added}")
        if room := memory_of_wide(len(self._known)):
            self._connection.execute(f"SET memory_limit = '{room}MB'")

    def append(
        self,
        place: tuple[str, str | None],
        lines: Sequence[int],
        problems: Mapping[int, str],
        cells: Mapping[str, Sequence[str]],
    ) -> None:
        """Add rows of a file and a sheet: `problems` by index, `cells` by column; they are trimmed here."""
        count = len(lines)
        file, sheet = place
        made = {
            ROW: pa.array(range(self.rows + 1, self.rows + count + 1), pa.int64()),
            FILE: pa.repeat(pa.scalar(file, pa.string()), count),
            SHEET: pa.repeat(pa.scalar(sheet, pa.string()), count),
            LINE: pa.array(lines, pa.int64()),
            PROBLEM: pa.array([problems.get(i) for i in range(count)] if problems else [None] * count, pa.string()),
        }
        made |= {self._known[name.lower()]: _texts(values) for name, values in cells.items()}
        self._connection.register(_CHUNK, pa.table(made))
        names = list(made)
        chunk = table(_CHUNK, *(column(name) for name in names))
        statement = insert(self._table).from_select(names, select(chunk))
        self._connection.execute(str(statement.compile(dialect=_DIALECT)))
        self._connection.unregister(_CHUNK)
        self.rows += count

    def _append(self, name: str) -> Column[str]:
        # quoted whatever it is: words such as "at" are names for PostgreSQL and none for DuckDB
        quoted = quoted_name(name, quote=True)
        made = Column(quoted, String)
        self._table.append_column(made)
        self._known[name.lower()] = quoted
        return made


def _texts(values: Sequence[str]) -> pa.Array:
    trimmed = pc.utf8_trim(pa.array(values, pa.string()), characters=WHITE)
    if pc.any(pc.starts_with(trimmed, '="')).as_py():
        # the way to write a text in a CSV that Excel leaves alone
        trimmed = pc.replace_substring_regex(trimmed, r'^="([^"]*)"$', r"\1")
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
