"""The files of one input of a mapping as a table of texts, with where each row stood."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from etl.files.finding import digest_of_files, find, relative, standing_still
from etl.files.landing import InputTable
from etl.files.parquet import read_parquet
from etl.files.sheets import Workbook, read_workbook
from etl.files.tables import InputRead, TableRead, Wanted
from etl.files.text import read_text
from etl.files.unpacking import Content, Kind, contents
from etl.files.xls import Xls
from etl.files.xlsx import Xlsx
from etl.own_folder import own_folder


def read_input(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, wanted: Wanted) -> InputRead:
    """Read the files of the input `name` into a new table of the connection.

    Raises:
        FileUnreadable: naming the file, the sheet and the line that cannot be read for certain, and what to do.
    """
    found = find(folder, name, wanted)
    table = InputTable(connection, name, wanted.columns)
    tables: list[TableRead] = []
    skipped = list(found.skipped)
    digest = digest_of_files(folder, found)
    with own_folder() as room:
        for path in found.paths:
            label = relative(folder, path)
            with standing_still(path, label):
                for content in contents(path, label, wanted.patterns, room):
                    for read in _tables(content, table, wanted, f"the input {name} of the mapping"):
                        tables.append(read) if isinstance(read, TableRead) else skipped.append(read)
    return InputRead(table.name, tuple(tables), tuple(skipped), digest)


def _tables(
    content: Content | tuple[str, str], table: InputTable, wanted: Wanted, to_declare: str
) -> Iterator[TableRead | tuple[str, str]]:
    if not isinstance(content, Content):
        yield content
        return
    path, label = content.path, content.label
    if content.kind is Kind.PARQUET:
        yield read_parquet(path, label, table, wanted)
    elif content.kind is Kind.TEXT:
        yield read_text(path, label, table, wanted, to_declare) or (label, "empty")
    else:
        yield from read_workbook(workbook_of(content), label, table, wanted, to_declare)


def workbook_of(content: Content) -> Workbook:
    """Open a workbook of either kind."""
    opened = Xls if content.kind is Kind.XLS else Xlsx
    return opened(content.path, content.label)
