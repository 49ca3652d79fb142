"""What every paged question takes and gives, shared by page, query, export and link."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from texts import TextError, listed

MAX_LIMIT = 10_000


class FilterError(TextError):
    """A filter value cannot be used; the message names the parameter and what it must be."""


@dataclass(frozen=True, slots=True)
class Page:
    """A slice of the rows.

    Raises:
        FilterError: when limit is not 1..10,000 or offset is negative.
    """

    limit: int = 50
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise FilterError("limits must be between 1 and {most}, not {limit}", most=MAX_LIMIT, limit=self.limit)
        if self.offset < 0:
            raise FilterError("offset must be 0 or more, not {offset}", offset=self.offset)


@dataclass(frozen=True, slots=True)
class Sort:
    """A column to sort by; each question says which it takes."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of rows, the number of all rows that match, and their `sums` by column, of those that are summed up."""

    rows: pd.DataFrame
    total: int
    sums: Mapping[str, int] = field(default_factory=dict)


def require_known(name: str, given: Iterable[str], known: Collection[str]) -> None:
    """Check that each value of the parameter `name` is a known one.

    Raises:
        FilterError: one is not.
    """
    unknown = set(given) - set(known)
    if unknown:
        raise FilterError(
            "{name} must be one of {known}, not {given!r}", name=name, known=listed(list(known)), given=min(unknown)
        )


def require_sort(sort: Sort | None, known: Collection[str], name: str = "sort") -> None:
    """Check that a question can be sorted by the column, where there is one.

    Raises:
        FilterError: it cannot.
    """
    if sort is not None:
        require_known(name, [sort.column], known)


def like_pattern(text: str) -> str:
    r"""`text` anywhere, for LIKE ... ESCAPE '\', in lower case: what a user types is never a wildcard."""
    escaped = text.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
