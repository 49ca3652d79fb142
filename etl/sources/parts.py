"""The rows that feed one table: a main input, what is joined to it, and which of them are wanted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    null,
    or_,
    select,
)

from etl.files.tables import FILE, LINE, ROW, SHEET, listed, one_line
from etl.jobs import JOBS
from etl.sources.constants import kind_of
from etl.sources.inputs import COLUMN, PLACE, REASON, WORD, Fault, Input, place_of_worst, sum_faults, with_faults
from etl.sources.mapping import Join, TargetMapping
from etl.sources.mapping import Mapping as FileMapping
from etl.sources.numbers import NumberFormat, exact
from etl.sources.numbers import reason_of as number_reason
from etl.sources.proofs import Proofs
from etl.sources.words import fixed, matches
from queries.reasons import Reason

SCIENTIFIC = r"[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,}|[+-]?[0-9][.,][0-9]+[Ee][0-9]{2,}"


@dataclass(frozen=True, slots=True)
class Named:
    """A column of the mapping: whose it is, its name in the file, and its label among the words of a part."""

    source: Input
    name: str
    label: str
    join: int | None  # which join it comes from; None: the main input
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a table's part as words. `keyless`: rows of joined inputs that no main row can be found for."""

    rows: Subquery
    main: Input
    named: Mapping[str, Named]
    keyless: tuple[Subquery, ...]


class Columns:
    """The columns that a part names, found among its inputs; what is not there is collected in `wrong`."""

    def __init__(
        self, mapping: FileMapping, part: TargetMapping, inputs: Mapping[str, Input], place: list[Any]
    ) -> None:
        self._mapping = mapping
        self._place = place
        self._main = inputs[part.input]
        self._joined = [inputs[join.input] for join in part.joins]
        self._sums = [set(join.sum) for join in part.joins]
        self.found: dict[str, Named] = {}
        self.wrong: list[str] = []
        self._steps: dict[tuple[Any, ...], int] = {}

    def find(self, name: str, *place: str | int) -> Named | None:
        """A column by the name that the mapping gives it."""
        if name in self.found:
            return self.found[name]
        candidates: list[tuple[int | None, Input, str]] = [(None, self._main, name)]
        for at, joined in enumerate(self._joined):
            if name.startswith(f"{joined.name}."):
                candidates.append((at, joined, name.removeprefix(f"{joined.name}.")))
        for number, source, bare in candidates:
            if bare in source.columns:
                is_sum = number is not None and bare in self._sums[number]
                self.found[name] = Named(source, bare, f"w{len(self.found)}", number, is_sum)
                return self.found[name]
        there = listed(self._main.columns)
        others = "".join(f"; {each.name}.: {listed(each.columns)}" for each in self._joined)
        where = self._mapping.at([*self._place, *place])
        self.wrong.append(f"{where}: no column {one_line(name)}; there are {there}{others}")
        return None

    def steps(self, named: Named, *how: Any) -> tuple[str, str]:
        """The labels of the two steps in which the words of a column are read: those that are read alike share them."""
        number = self._steps.setdefault((named.label, *how), len(self._steps))
        return f"a{number}", f"b{number}"


def columns_of(mapping: FileMapping, job: str, number: int, inputs: Mapping[str, Input]) -> Columns:
    """Every column that a part names."""
    part = mapping.tables[job][number]
    columns = Columns(mapping, part, inputs, ["tables", job, number])
    for at, join in enumerate(part.joins):
        joined = inputs[join.input]
        for ours in join.match.values():
            columns.find(ours, "joins", at, "match")
        for theirs in [*join.match, *join.sum, *([join.first_by] if join.first_by else [])]:
            if theirs not in joined.columns:
                place = mapping.at(["tables", job, number, "joins", at])
                columns.wrong.append(
                    f"{place}: no column {one_line(theirs)} in {join.input}; it has {listed(joined.columns)}"
                )
    for name in part.where:
        columns.find(name, "where", name)
    for at, name in enumerate(part.present):
        columns.find(name, "present", at)
    for target, rule in part.columns.items():
        for named in (rule.column, rule.plus):
            if named is not None:
                columns.find(named, "columns", target)
    return columns


def names_of(mapping: FileMapping, name: str) -> list[str]:
    """The columns of an input that any part names."""
    found: list[str] = []
    for part in (part for parts in mapping.tables.values() for part in parts):
        rules = [each for rule in part.columns.values() for each in (rule.column, rule.plus) if each]
        used = [*rules, *part.where, *part.present, *[ours for join in part.joins for ours in join.match.values()]]
        prefix = f"{name}."
        joined = {join.input for join in part.joins}
        if part.input == name:
            found += [each for each in used if each.split(".")[0] not in joined]
        found += [each.removeprefix(prefix) for each in used if each.startswith(prefix)]
        for join in part.joins:
            if join.input == name:
                found += [*join.match, *join.sum, *([join.first_by] if join.first_by else [])]
    return found


def amounts_of(mapping: FileMapping, name: str) -> tuple[str, ...]:
    """The columns of an input that land as amounts or are added up: a value over several rows is that of none."""
    found = list(mapping.inputs[name].sum)
    for job in JOBS:
        for part in mapping.tables.get(job.name, []):
            prefix = "" if part.input == name else f"{name}."
            for target, rule in part.columns.items():
                if rule.key_of is None and target in job.statement.selected_columns and kind_of(job, target) is int:
                    words = [word for word in (rule.column, rule.plus) if word and word.startswith(prefix)]
                    found += [word.removeprefix(prefix) for word in words]
            found += [word for join in part.joins if join.input == name for word in join.sum]
    return tuple(dict.fromkeys(found))


def assembled(part: TargetMapping, columns: Columns, inputs: Mapping[str, Input], proofs: Proofs) -> Part:
    """The part's rows with their joins, filtered."""
    main = inputs[part.input]
    rows = main.rows
    named = columns.found
    relation: Any = rows
    places: list[ColumnElement[Any]] = []
    keyless = []
    reduced: list[FromClause] = []
    for number, join in enumerate(part.joins):
        used = sorted({each.name for each in named.values() if each.join == number} - set(join.sum) - set(join.match))
        lines = _lines(inputs[join.input], join, used, proofs)
        right = _reduced(lines, join, used).subquery(f"j{number}")
        keyless.append(_keyless(lines, join))
        matches_ = []
        for theirs, ours in join.match.items():
            ours_named = named[ours]
            left = rows if ours_named.join is None else reduced[ours_named.join]
            matches_.append(left.c[ours_named.name] == right.c[theirs])
        relation = relation.outerjoin(right, and_(*matches_))
        reduced.append(right)
        places += [right.c[each].label(f"j{number}{each}") for each in PLACE]
    of = {None: rows} | dict(enumerate(reduced))
    words = [of[each.join].c[each.name].label(each.label) for each in named.values()]
    statement = select(rows.c[ROW], *[rows.c[each] for each in PLACE], *places, *words).select_from(relation)
    wanted = [
        of[named[name].join].c[named[name].name].in_([fixed(v) for v in values]) for name, values in part.where.items()
    ]
    wanted += [of[named[name].join].c[named[name].name].is_not(None) for name in part.present]
    if wanted:
        statement = statement.where(or_(and_(*wanted), rows.c[REASON].is_not(None)))
    return Part(statement.subquery("part"), main, named, tuple(keyless))


def _lines(joined: Input, join: Join, used: list[str], proofs: Proofs) -> Subquery:
    """The lines of a joined input with their faults and amounts."""
    rows = joined.rows
    amounts = {name: exact(rows.c[name], proofs.number(joined, name)) for name in join.sum}
    faults = [
        f for name, amount in amounts.items() for f in sum_faults(rows, name, amount, proofs.number(joined, name))
    ]
    order: ColumnElement[Any] = rows.c[ROW]
    if join.first_by:
        form = proofs.number(joined, join.first_by)
        order = exact(rows.c[join.first_by], form)
        faults += _order_faults(rows, join.first_by, order, form)
    return select(
        *[rows.c[each] for each in (ROW, FILE, SHEET, LINE)],
        *with_faults(rows, faults),
        func.row(order, rows.c[ROW]).label("_order"),
        *[rows.c[each] for each in join.match],
        *[rows.c[each] for each in used],
        *[amount.label(name) for name, amount in amounts.items() if name not in join.match and name not in used],
    ).subquery()


def _order_faults(rows: FromClause, name: str, order: ColumnElement[Any], form: NumberFormat) -> list[Fault]:
    word = rows.c[name]
    return [
        Fault(word.is_(None), fixed(Reason.EMPTY), name, word),
        Fault(order.is_(None), number_reason(word, form), name, word),
    ]


def _reduced(lines: Subquery, join: Join, used: list[str]) -> Any:
    """One row per key: the first, sums, and what is wrong with any line of it."""
    keys = [lines.c[each] for each in join.match]
    place = {each.name: each.element for each in place_of_worst(lines)}
    if used and not join.first_by:
        told = func.row(*[lines.c[each] for each in used])
        many = and_(place[REASON].is_(None), func.min(told) != func.max(told))
        differing = case(
            *[(func.count(lines.c[each].distinct()) > 1, fixed(each)) for each in used], else_=fixed(used[0])
        )
        place[REASON] = case((many, fixed(Reason.MANY_JOINED)), else_=place[REASON])
        place[COLUMN] = case((many, differing), else_=place[COLUMN])
    return (
        select(
            *keys,
            *[place[each].label(each) for each in PLACE],
            *[func.arg_min_null(lines.c[each], lines.c["_order"]).label(each) for each in used],
            *[cast(func.sum(lines.c[each]), String).label(each) for each in join.sum],
        )
        .where(*[each.is_not(None) for each in keys])
        .group_by(*keys)
    )


def _keyless(lines: Subquery, join: Join) -> Subquery:
    """Lines whose key cannot lead to a main row."""
    keys = [lines.c[each] for each in join.match]
    gone = or_(*[each.is_(None) for each in keys], *[matches(each, SCIENTIFIC) for each in keys])
    name = case(
        *[
            (or_(each.is_(None), matches(each, SCIENTIFIC)), fixed(name))
            for each, name in zip(keys, join.match, strict=True)
        ]
    )
    word = case(*[(matches(each, SCIENTIFIC), each) for each in keys], else_=cast(null(), String))
    return (
        select(
            lines.c[ROW],
            *[lines.c[each] for each in (FILE, SHEET, LINE)],
            func.coalesce(lines.c[REASON], fixed(Reason.JOINED_WITHOUT_KEY)).label(REASON),
            func.coalesce(lines.c[COLUMN], name).label(COLUMN),
            func.coalesce(lines.c[WORD], word).label(WORD),
        )
        .where(gone)
        .subquery()
    )


def rows_of_same_words(part: Part) -> Subquery:
    """The part's rows without those whose words say the same as another's."""
    rows = part.rows
    words = [rows.c[each.label] for each in part.named.values()]
    others = [each for each in rows.c if each.name not in {ROW, *[w.name for w in words]}]
    reasons = [each for each in others if each.name.endswith((REASON, COLUMN, WORD))]
    return (
        select(
            func.min(rows.c[ROW]).label(ROW),
            *[func.arg_min_null(each, rows.c[ROW]).label(each.name) for each in others if each not in reasons],
            *reasons,
            *words,
        )
        .group_by(*words, *reasons)
        .subquery("part")
    )
