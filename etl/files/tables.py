"""What is asked of the files of an input, and what was found in them."""

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass


class FileUnreadable(ValueError):
    """A file cannot be read for certain; the message names file, sheet and line, and says what to do."""


class ColumnsMissing(FileUnreadable):
    """A file has not the columns that the mapping names."""


ROW, FILE, SHEET, LINE, PROBLEM = "_row", "_file", "_sheet", "_line", "_problem"
# with those that a mapping's inputs and joins add; a column of a file that has such a name is numbered, `_row (1)`
OWN_COLUMNS = (ROW, FILE, SHEET, LINE, PROBLEM, "_reason", "_column", "_word", "_order")

# Space of every kind that Unicode knows, marks of byte order and of no width, and the end of file of DOS.
WHITE = (
    string.whitespace
    + "\x1a\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    + "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LONGEST, _MOST = 200, 60  # signs of a word, and names of a list, that a message shows

NO_DELIMITERS = '"\r\n '


@dataclass(frozen=True)
class Wanted:
    """What a mapping says of one input.

    `sheets`: None is the one visible sheet, "all" every visible one, names are these (a hidden one only so).
    `amounts`: columns of which each row has its own.
    """

    patterns: tuple[str, ...]
    columns: tuple[str, ...]
    delimiter: str | None = None
    encoding: str | None = None
    sheets: str | tuple[str, ...] | None = None
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableRead:
    """One table that was found: a text file, a member of an archive, a sheet, a Parquet file.

    `file` is relative to the folder, "orders.zip/orders.csv" for a member; `above` counts the lines over the header,
    `merged` the cells that are filled from those that Excel has merged with them.
    Rows in the file = `rows` + `repeated_headers` + `blank`.
    """

    file: str
    sheet: str | None
    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...]
    above: int
    rows: int
    repeated_headers: int
    blank: int
    merged: int = 0

    @property
    def place(self) -> str:
        """The file, and the sheet if it has any."""
        return placed(self.file, self.sheet)


@dataclass(frozen=True)
class InputRead:
    """The files of an input as the DuckDB table `table`.

    Each row has `_row` (in order of reading), `_file`, `_sheet`, `_line` (the line of the text file where it begins,
    or the row of the sheet), `_problem` (what is wrong with it as a whole) and the columns of all headers as texts
    without space around them; NULL is an empty field. `skipped`: files that were left alone, and why. `digest` is that
    of `digest_of`.
    """

    table: str
    tables: tuple[TableRead, ...]
    skipped: tuple[tuple[str, str], ...]
    digest: str


def placed(file: str, sheet: str | None) -> str:
    """A table as messages name it."""
    return file if sheet is None else f"{file}, sheet {one_line(sheet)}"


def one_line(text: str) -> str:
    """A word as messages show it: line ends, control signs and marks of direction as `\\n`, `\\x07`, `\\u202e`."""
    return _UNSEEN.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def short(text: str) -> str:
    """A word of any length as messages show it, on one line."""
    return one_line(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def listed(names: Sequence[str]) -> str:
    """Names of columns as messages show them."""
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(map(short, names[:_MOST])) + more
