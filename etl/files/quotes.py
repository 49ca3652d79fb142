"""Quotes that are not closed where their field ends."""

from collections.abc import Iterable
from itertools import islice

from queries.reasons import Rule


def swallowed(row: list[str], last: int, width: int, delimiter: str) -> str | None:
    """Whether the quoted text of a row that ends in line `last` seems to hold other rows, between stray quotes.

    That is so if the parts of the text have just the delimiters that these rows would have. With two columns a text of
    two lines, one with a delimiter, would be enough, so these are not doubted.
    """
    if width < 3 or len(row) != width:
        return None
    for index, cell in enumerate(row):
        pieces = cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(pieces) < 2:
            continue
        first, *between, end = (piece.count(delimiter) for piece in pieces)
        if first == width - 1 - index and end == index and all(each == width - 1 for each in between):
            return Rule.QUOTE.of(number=index + 1, line=last)
    return None


def open_quote(lines: Iterable[str], delimiter: str, last: int) -> tuple[int, int | None]:
    """The line in which the first wrong quote begins, up to line `last`, and the one where it ends within a text."""
    begins: int | None = None
    for number, line in enumerate(islice(lines, last), 1):
        position = 0
        while position < len(line):
            if begins is None:
                position = _field(line, position)
                if position < len(line) and line[position] == '"':
                    begins, position = number, position + 1
                    continue
                following = line.find(delimiter, position)
                position = len(line) if following < 0 else following + 1
                continue
            closing = line.find('"', position)
            if closing < 0:
                break
            position = closing + 1
            after = line[position : position + 1]
            if after == '"':
                position += 1
            elif after in (delimiter, "\r", "\n", ""):
                begins, position = None, position + 1
            else:
                return begins, number
    return begins or last, None


def _field(line: str, position: int) -> int:
    """Where a field begins that spaces may stand before."""
    while line.startswith(" ", position):
        position += 1
    return position
