"""The header of a table: its names, where it stands, and what is missing in it."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from etl.files.tables import OWN_COLUMNS, WHITE, listed, one_line

SEARCHED = 100  # lines, or rows of a sheet, in which the header must begin


@dataclass(frozen=True)
class Header:
    """A header row.

    `cells` as they stand, trimmed, without empty ones at the end; `names` those of the table's columns, "" for a cell
    without a name; `above` counts the lines over it, `end` the lines up to and with it.
    """

    cells: tuple[str, ...]
    names: tuple[str, ...]
    above: int
    end: int


def header_of(cells: Sequence[str], above: int, end: int) -> Header:
    """A row as a header."""
    trimmed = [cell.strip(WHITE) for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return Header(tuple(trimmed), _names(trimmed), above, end)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """Names that stand twice are numbered, as "Nama (1)" and "Nama (2)", since none of them can be meant.

    DuckDB does not tell capitals from small letters in names.
    """
    counts = Counter(cell.lower() for cell in cells)
    counts.update(OWN_COLUMNS)
    used: Counter[str] = Counter()
    taken = {cell.lower() for cell in cells}
    names = []
    for cell in cells:
        lower = cell.lower()
        if not cell or (counts[lower] == 1 and lower not in OWN_COLUMNS):
            names.append(cell)
            continue
        used[lower] += 1
        while f"{lower} ({used[lower]})" in taken:
            used[lower] += 1
        names.append(f"{cell} ({used[lower]})")
    return tuple(names)


def has_all(header: Header, wanted: Sequence[str]) -> bool:
    """Whether the wanted columns are all there, each once."""
    return bool(header.cells) and set(wanted) <= set(header.names)


def how_many(header: Header, wanted: Sequence[str]) -> int:
    """How many of the wanted columns are there, once or more often."""
    return sum(name in header.cells or name in header.names for name in wanted)


def what_is_missing(header: Header, wanted: Sequence[str]) -> str:
    """Why a header is not the wanted one, with what to do."""
    for name in wanted:
        places = [number for number, cell in enumerate(header.cells, 1) if cell.lower() == name.lower()]
        if name in header.names or len(places) < 2:
            continue
        meant = " or ".join(f"`{one_line(header.names[number - 1])}`" for number in places)
        return (
            f"the column {one_line(name)} stands {len(places)} times, as columns {', '.join(map(str, places))}; "
            f"name the one that is meant in the mapping as {meant}"
        )
    missing = [name for name in wanted if name not in header.names]
    there = [name for name in header.names if name]
    small = {name.lower(): name for name in there}
    alike = [small[close] for name in missing for close in difflib.get_close_matches(name.lower(), small, 1, 0.75)]
    hint = f" (is it {listed(alike)}?)" if alike else ""
    return f"there is no column {listed(missing)}{hint}; line {header.above + 1} has {listed(there) or 'nothing'}"
