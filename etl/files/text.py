"""Text files with a delimiter: where the header stands, what separates the fields, and the rows below."""

import csv
import functools
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etl.files.encodings import Encoding, encoding_of
from etl.files.headers import SEARCHED, Header, has_all, header_of, how_many, what_is_missing
from etl.files.landing import InputTable
from etl.files.line_ends import LineEnds
from etl.files.quotes import open_quote, swallowed
from etl.files.rows import RowSorter
from etl.files.tables import WHITE, ColumnsMissing, FileUnreadable, TableRead, Wanted

DELIMITERS = (",", ";", "\t", "|")
_HEADER_LINES = 20  # that one header may take, with line ends in its names
_SHOWN = {"\t": "\\t"}


@dataclass(frozen=True)
class Text:
    """A text file: its path, how messages name it, and the encoding that was found."""

    path: Path
    label: str
    encoding: Encoding

    @contextmanager
    def lines(self, after: int = 0) -> Iterator[Iterator[str]]:
        """The lines with their ends, after some. Line ends are LF, CRLF and CR."""
        with self.path.open(encoding=self.encoding.codec, newline="") as content:
            marked = self.encoding.marks
            lines = (line.lstrip("\ufeff") for line in content) if marked else iter(content)
            yield itertools.islice(lines, after, None)

    def start(self) -> list[str]:
        """The lines in which a header is looked for."""
        with self.lines() as lines:
            return list(itertools.islice(lines, SEARCHED + _HEADER_LINES))


def read_text(path: Path, label: str, table: InputTable, wanted: Wanted, to_declare: str) -> TableRead | None:
    """Put the rows of a text file into the table; None if there is nothing but space in it.

    Raises:
        FileUnreadable: the encoding or delimiter cannot be told, wanted columns are missing, or a quote is.
    """
    text = Text(path, label, encoding_of(path, label, wanted.encoding, to_declare))
    start = text.start()
    if not any(line.strip(WHITE) for line in start):
        return None
    delimiter, header = find_header(text, start, wanted, to_declare)
    return read_below(text, delimiter, header, table)


def read_below(text: Text, delimiter: str, header: Header, table: InputTable) -> TableRead:
    """Put the rows below a header into the table.

    Raises:
        FileUnreadable: naming the line of a quote that is not closed.
    """
    sorter = RowSorter(table, header, text.label, None)
    width = len(header.cells)
    with text.lines(after=header.end - 1) as lines:
        ends = LineEnds(next(lines), header.end)
        below = ends.watch(lines) if text.encoding.mixed else lines
        reader = csv.reader(below, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            doubt = functools.partial(swallowed, width=width, delimiter=delimiter)
            sorter.land(reader, doubt, ends.problem_of if text.encoding.mixed else None)
        except csv.Error as error:
            with text.lines() as again:
                raise _bad_quote(text, delimiter, error, header.end + reader.line_num, again) from None
    return sorter.result(text.encoding.name, delimiter)


def find_header(text: Text, start: Sequence[str], wanted: Wanted, to_declare: str) -> tuple[str, Header]:
    """The delimiter, and the first line that has all wanted columns under it.

    Raises:
        FileUnreadable: no delimiter gives them, or several do and the rows prove none of them.
    """
    candidates = candidates_of(start, wanted.delimiter)
    fitting = {}
    for delimiter in candidates:
        header = next((each for each in headers(start, delimiter) if has_all(each, wanted.columns)), None)
        if header:
            fitting[delimiter] = header
    if not fitting:
        raise ColumnsMissing(_no_header(text, start, wanted, candidates, to_declare))
    if len(fitting) > 1:
        even = {each: header for each, header in fitting.items() if _is_even(text, each, header)}
        if len({header.cells for header in even.values()}) != 1:
            found = ", ".join(repr(_SHOWN.get(each, each)) for each in fitting)
            raise FileUnreadable(
                f"{text.label}: the columns are found with each of the delimiters {found} and the rows prove none; "
                f'add `delimiter: "{next(iter(fitting))}"` (or the right one) to {to_declare}'
            )
        fitting = even
    return next(iter(fitting.items()))


def headers(start: Sequence[str], delimiter: str) -> Iterator[Header]:
    """Every line of the start as a header."""
    for above in range(min(len(start), SEARCHED)):
        reader = csv.reader(start[above : above + _HEADER_LINES], delimiter=delimiter, skipinitialspace=True)
        try:
            cells = next(reader)
        except csv.Error:
            continue
        header = header_of(cells, above, above + reader.line_num)
        if header.cells:
            yield header


def candidates_of(start: Sequence[str], declared: str | None) -> tuple[str, ...]:
    """The delimiters to be tried: the declared one, or that of a first line "sep=;", which Excel reads, or all."""
    if declared:
        return (declared,)
    first = start[0].strip(WHITE.replace("\t", "")).strip('"')
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        return (first[-1],)
    return DELIMITERS


def _is_even(text: Text, delimiter: str, header: Header) -> bool:
    """Whether every row of the file has as many fields as the header, but for empty ones at its end."""
    width = len(header.cells)
    with text.lines(after=header.end) as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            return all(len(row) == width or not "".join(row[width:] if len(row) > width else row) for row in reader)
        except csv.Error:
            return False


def _no_header(text: Text, start: Sequence[str], wanted: Wanted, candidates: Sequence[str], to_declare: str) -> str:
    """What the line says that comes nearest."""
    nearest = max(
        ((each, header) for each in candidates for header in headers(start, each)),
        key=lambda found: (how_many(found[1], wanted.columns), min(len(found[1].cells), 2), -found[1].above),
        default=None,
    )
    if nearest is None:
        return f"{text.label}: no header can be read in the first {SEARCHED} lines"
    others = [each for each in DELIMITERS if each not in candidates]
    for other in others:
        if any(has_all(header, wanted.columns) for header in headers(start, other)):
            shown = _SHOWN.get(other, other)
            return (
                f"{text.label}: the columns are not found with the delimiter {candidates[0]!r} but with {shown!r}; "
                f'write `delimiter: "{shown}"` in {to_declare}'
            )
    return f"{text.label}: {what_is_missing(nearest[1], wanted.columns)}"


def _bad_quote(text: Text, delimiter: str, error: csv.Error, last: int, lines: Iterator[str]) -> FileUnreadable:
    """Name the line in which the quote begins that is closed nowhere, or in the middle of a text."""
    begins, ends = open_quote(lines, delimiter, last)
    if ends is None or "limit" in str(error):
        what = f"the quote that begins in line {begins} is not closed; close it, or write it twice if it is in a text"
    else:
        what = (
            f"the quote that begins in line {begins} ends in the middle of a text in line {ends}; "
            "close it where its field ends, or write it twice if it is in a text"
        )
    return FileUnreadable(f"{text.label}: {what}")
