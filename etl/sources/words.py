"""Words of files within DuckDB, where columns are read as a whole."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal

from etl.files.tables import placed, short
from queries.engine import duckdb_cursor

__all__ = ["Example", "composed", "duckdb_cursor", "fixed", "matches"]


@dataclass(frozen=True, slots=True)
class Example:
    """A word and where it stands."""

    word: str
    file: str
    sheet: str | None
    line: int
    row: int = 0

    def __str__(self) -> str:
        return f'"{short(self.word)}" ({placed(self.file, self.sheet)}, line {self.line})'


def fixed(value: str) -> ColumnElement[Any]:
    """A text that stands in the statement: a pattern that is bound later would be compiled for each row."""
    return literal(str(value), String, literal_execute=True)


def matches(word: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """Whether the whole word has the form."""
    return func.regexp_full_match(word, fixed(pattern), type_=None).is_(True)


def composed(statement: Select[Any], dialect: Any) -> str:
    """A statement with its values in it, for a cursor that answers in Arrow batches."""
    return str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def text_of(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """As text."""
    return cast(value, String)
