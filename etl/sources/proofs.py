"""Which format the words of a column have: declared by the mapping, or proved by the column as a whole."""

from dataclasses import dataclass, field
from typing import Any

import duckdb
from sqlalchemy import ColumnElement, and_, func, select

from etl.files.tables import FILE, LINE, ROW, SHEET, one_line
from etl.sources import dates, numbers
from etl.sources.dates import DateFormats, DateWords
from etl.sources.inputs import Input
from etl.sources.mapping import Formats
from etl.sources.numbers import NumberFormat
from etl.sources.words import Example, composed, fixed


@dataclass(slots=True)
class Proofs:
    """The formats of columns, found once each. `refusals`: what the mapping must still say."""

    cursor: duckdb.DuckDBPyConnection
    dialect: Any
    refusals: list[str] = field(default_factory=list)
    _numbers: dict[tuple[str, str, Any], NumberFormat] = field(default_factory=dict)
    _dates: dict[tuple[str, str, Any], DateFormats] = field(default_factory=dict)
    _declared: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def number(self, source: Input, name: str, own: Formats | None = None) -> NumberFormat:
        """The number format of a column; `own`: what the target column says itself."""
        if name in source.sums:
            return NumberFormat(None, ".", is_sum=True)
        declared = (own.numbers if own else None) or source.files.numbers
        if declared is not None:
            form = NumberFormat(declared.thousands, declared.decimal)
            self._declared[source.name, name, str(form)] = None
            return form
        missing = tuple(own.missing_words) if own else ()
        place = (source.name, name, missing)
        if place not in self._numbers:
            kinds, _counts, _filled = self.kinds(source, name, missing, numbers.kind_of_word)
            try:
                self._numbers[place] = numbers.proved(kinds)
            except numbers.Unproved as error:
                self._refuse(source, name, error.words, 'numbers: {thousands: ".", decimal: ","}', error.contradict)
                self._numbers[place] = NumberFormat()
        return self._numbers[place]

    def date(self, source: Input, name: str, own: Formats) -> DateFormats:
        """The date formats of a column; `own`: what the target column says itself."""
        declared = tuple(own.dates or source.files.dates)
        if declared:
            formats = DateFormats(declared)
            self._declared[source.name, name, str(formats)] = None
            return formats
        missing = tuple(own.missing_words)
        place = (source.name, name, missing)
        if place not in self._dates:
            kinds, counts, filled = self.kinds(source, name, missing, dates.kind_of_word)
            try:
                self._dates[place] = dates.proved(kinds, counts, filled)
            except dates.Undated as error:
                self._refuse(source, name, error.words, error.line, error.contradict)
                self._dates[place] = DateFormats()
        return self._dates[place]

    def needs_zone(self, source: Input, name: str, words: DateWords, target: str) -> None:
        """Refuse an instant of local time without a zone."""
        word = source.rows.c[name]
        local = words.names_no_zone(word)
        found = self._examples(source, name, word.is_not(None) & local)
        if found:
            self._refuse(source, name, found, f"{target}: {{column: {name}, time_zone: Asia/Jakarta}}", zone=True)

    def found(self) -> list[tuple[str, str, str, str | None]]:
        """Input, column, format and what proves it; None where the mapping declares it."""
        both: list[tuple[tuple[str, str, Any], NumberFormat | DateFormats]] = [
            *self._numbers.items(),
            *self._dates.items(),
        ]
        proved = [(*place[:2], str(form), str(form.proof)) for place, form in both if form.proof is not None]
        return [*proved, *[(*place, None) for place in self._declared]]

    def _refuse(
        self,
        source: Input,
        name: str,
        words: list[Example],
        line: str,
        contradict: bool = False,
        zone: bool = False,
    ) -> None:
        shown = " and ".join(map(str, words[:2]))
        if zone:
            why, where = f"{shown} names no time zone", "to the target column in the mapping"
        elif contradict:
            why = f"{shown} are of two formats; correct the file, or say which one counts and the others are set aside"
            where = f"to the mapping, under inputs: {source.name}:"
        else:
            why, where = f"{shown} can be read in two ways", f"to the mapping, under inputs: {source.name}:"
        refusal = f"input {source.name}, column {one_line(name)}: {why}. Add {where}\n    {line}"
        if refusal not in self.refusals:
            self.refusals.append(refusal)

    def kinds(
        self, source: Input, name: str, missing: tuple[str, ...], kind_of_word: Any
    ) -> tuple[dict[str, Example], dict[str, int], int]:
        """An example of each kind of word, how many there are of it, and of all words."""
        rows, word = source.rows, source.rows.c[name]
        filled: ColumnElement[bool] = word.is_not(None)
        if missing:
            filled = and_(filled, word.not_in([fixed(each) for each in missing]))
        kind: ColumnElement[Any] = kind_of_word(word)
        first = [func.arg_min_null(value, rows.c[ROW]) for value in (word, rows.c[FILE], rows.c[SHEET], rows.c[LINE])]
        statement = (
            select(kind, func.count(), *first, func.min(rows.c[ROW])).select_from(rows).where(filled).group_by(kind)
        )
        found = self.cursor.execute(composed(statement, self.dialect)).fetchall()
        kinds = {row[0]: Example(*row[2:]) for row in found if row[0] is not None}
        return kinds, {row[0]: row[1] for row in found}, sum(row[1] for row in found)

    def _examples(self, source: Input, name: str, when: ColumnElement[bool]) -> list[Example]:
        rows = source.rows
        columns = [rows.c[each] for each in (name, FILE, SHEET, LINE, ROW)]
        statement = select(*columns).where(when).order_by(rows.c[ROW]).limit(1)
        return [Example(*row) for row in self.cursor.execute(composed(statement, self.dialect)).fetchall()]
