"""Lines that end in CR alone in a file of LF, or the other way: there a text is cut in two, and no row begins."""

from collections.abc import Iterator

from queries.reasons import Rule


class LineEnds:
    """Finds the lines that end otherwise than the header does."""

    def __init__(self, header: str, number: int) -> None:
        """`header`: the last line of the header with its end, and its number."""
        self._feed = "\n" in header
        self._number = number
        self._odd: set[int] = set()

    def watch(self, lines: Iterator[str]) -> Iterator[str]:
        """The lines below the header, looked at as they pass."""
        for number, line in enumerate(lines, self._number + 1):
            if line.endswith("\r") if self._feed else line.endswith("\n"):
                self._odd.add(number)
            yield line

    def problem_of(self, first: int, last: int) -> str | None:
        """What is wrong with a row that begins or ends at such a line; within quotes they are texts."""
        odd = next((number for number in (first - 1, last) if number in self._odd), None)
        if odd is None:
            return None
        ends = ("CR alone", "LF") if self._feed else ("LF", "CR alone")
        return Rule.CUT.of(line=odd, found=ends[0], wanted=ends[1])
