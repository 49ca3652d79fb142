"""Target columns: from the words of a part to values of the target's types, and which word stands in the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from etl.files.tables import FILE, LINE, ROW, SHEET
from etl.jobs import Job
from etl.sources import constants, numbers
from etl.sources.constants import NO, TYPES, YES, constant, kind_of
from etl.sources.dates import DateWords
from etl.sources.inputs import COLUMN, REASON, WORD
from etl.sources.mapping import Mapping as FileMapping
from etl.sources.mapping import TargetColumn
from etl.sources.numbers import EXACT
from etl.sources.parts import SCIENTIFIC, Columns, Named, Part
from etl.sources.proofs import Proofs
from etl.sources.words import fixed, matches
from etl.staging import PROBLEM
from queries.reasons import Reason

Made = Callable[[FromClause], ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class Target:
    """One target column. The functions take the part's rows: the value of a row, and why a word gave none."""

    name: str
    rule: TargetColumn
    kind: type
    required: bool
    named: Named | None
    value: Made
    reason: Made
    steps: tuple[Mapping[str, Made], ...] = ()  # columns that the value is made from, one step after the other


def targets_of(
    mapping: FileMapping, job: Job, number: int, columns: Columns, proofs: Proofs
) -> tuple[list[Target], list[str]]:
    """The target columns of a part, and what is wrong with them in the mapping."""
    part = mapping.tables[job.name][number]
    names = [c.name for c in job.statement.selected_columns if c.name != "source"]
    place: list[str | int] = ["tables", job.name, number, "columns"]
    wrong = [
        f"{mapping.at([*place, name])}: no such column in {job.name}; there are {', '.join(names)}"
        for name in part.columns
        if name not in names
    ]
    made = []
    for name in names:
        column = job.target.c.get(name)
        required = column is not None and not column.nullable
        rule = part.columns.get(name)
        if rule is None:
            if required:
                wrong.append(f"{mapping.at(place)}: {job.name} needs {name}; add it with column or value")
            continue
        if rule.key_of and not (name == job.key_name or name.endswith("_id")):
            wrong.append(f"{mapping.at([*place, name])}: key_of makes ids, and {name} is none; remove key_of")
            continue
        named = columns.found.get(rule.column) if rule.column else None
        if rule.column is not None and named is None:
            continue  # a column that is not there: said by `columns`
        bad = [
            f"{mapping.at([*place, name, *step])}: {why}" for step, why in constants.wrong(job, name, rule, required)
        ]
        wrong += bad
        if not bad:
            made.append(_target(job, name, rule, named, columns, proofs, required))
    return made, wrong


def _target(
    job: Job, name: str, rule: TargetColumn, named: Named | None, columns: Columns, proofs: Proofs, required: bool
) -> Target:
    kind = str if rule.key_of else kind_of(job, name)
    if named is None:
        value = constant(rule.value, kind, rule.time_zone)
        return Target(name, rule, kind, required, None, lambda _rows: value, lambda _rows: fixed(Reason.EMPTY))
    missing = None if rule.missing is None else constant(rule.missing, kind, rule.time_zone)

    def word(rows: FromClause) -> ColumnElement[Any]:
        return _word(rows, named, rule)

    read: Made
    read, reason, *steps = _reader(name, rule, kind, named, columns, proofs)

    def value_of(rows: FromClause) -> ColumnElement[Any]:
        found = read(rows)
        if missing is None or rule.plus is not None:
            return found
        return case((word(rows).is_(None), missing), else_=found)

    return Target(name, rule, kind, required, named, value_of, reason, tuple(steps))


def _word(rows: FromClause, named: Named, rule: TargetColumn) -> ColumnElement[Any]:
    word: ColumnElement[Any] = rows.c[named.label]
    if rule.missing_words:
        return case((word.in_([fixed(each) for each in rule.missing_words]), None), else_=word)
    return word


def _reader(name: str, rule: TargetColumn, kind: type, named: Named, columns: Columns, proofs: Proofs) -> Any:
    """How a word is read, why one is not, and the steps before."""

    def word(rows: FromClause) -> ColumnElement[Any]:
        return _word(rows, named, rule)

    if rule.values:
        return _mapped(rule, kind, word)
    if kind is int:
        return _number(rule, named, columns, proofs)
    if kind in (datetime, date):
        words = DateWords(proofs.date(named.source, named.name, rule), rule.time_zone)
        if kind is datetime and rule.time_zone is None:
            proofs.needs_zone(named.source, named.name, words, name)
        first, second = columns.steps(named, words.formats, *rule.missing_words)
        value = (
            (lambda rows: cast(words.day(rows.c[second]), Date))
            if kind is date
            else (lambda rows: words.instant(rows.c[second]))
        )
        steps = (
            {first: lambda rows: words.year_first(word(rows))},
            {second: lambda rows: words.settled(rows.c[first])},
        )
        return value, lambda rows: words.reason(word(rows), rows.c[second]), *steps
    if kind is bool:
        return _yes_or_no(word), lambda _rows: fixed(Reason.NOT_YES_OR_NO)
    return (
        lambda rows: case((matches(word(rows), SCIENTIFIC), None), else_=word(rows)),
        lambda _rows: fixed(Reason.ROUNDED_BY_EXCEL),
    )


def _mapped(rule: TargetColumn, kind: type, word: Made) -> tuple[Made, Made]:
    known = {key: constant(value, kind) for key, value in rule.values.items()}
    has_other = "otherwise" in rule.model_fields_set
    other = constant(rule.otherwise, kind) if has_other else cast(null(), TYPES[kind])

    def read(rows: FromClause) -> ColumnElement[Any]:
        found = word(rows)
        return case(*[(found == fixed(key), value) for key, value in known.items()], else_=other)

    return read, lambda _rows: fixed(Reason.UNKNOWN_WORD)


def _yes_or_no(word: Made) -> Made:
    def read(rows: FromClause) -> ColumnElement[Any]:
        lowered = func.lower(word(rows))
        is_yes = lowered.in_([fixed(each) for each in YES])
        return case((is_yes, True), (lowered.in_([fixed(each) for each in NO]), False), else_=None)

    return read


def _number(rule: TargetColumn, named: Named, columns: Columns, proofs: Proofs) -> Any:
    scale = rule.scale or 1
    other = columns.found.get(rule.plus) if rule.plus else None
    (first, second), *steps = _number_steps(rule, named, columns, proofs)
    if rule.plus is None:
        value: Made = lambda rows: numbers.whole_of(rows.c[second], scale)  # noqa: E731
        return value, lambda rows: numbers.reason(rows.c[first], rows.c[second]), *steps
    if other is None:  # said by `columns`
        return (lambda _rows: cast(null(), BigInteger)), (lambda _rows: fixed(Reason.EMPTY))
    (third, fourth), *more = _number_steps(rule, other, columns, proofs)
    filler = None if rule.missing is None else constant(rule.missing, int)

    def amount(rows: FromClause, label: str, of: Named) -> ColumnElement[Any]:
        found = numbers.exact_of(rows.c[label])
        return found if filler is None else case((_word(rows, of, rule).is_(None), cast(filler, EXACT)), else_=found)

    def read(rows: FromClause) -> ColumnElement[Any]:
        return numbers.whole(amount(rows, second, named) + amount(rows, fourth, other), scale)

    def reason(rows: FromClause) -> ColumnElement[Any]:
        ours = numbers.exact_of(rows.c[second])
        return case(
            (and_(rows.c[first].is_not(None), ours.is_(None)), numbers.reason(rows.c[first], rows.c[second])),
            (_word(rows, other, rule).is_(None), fixed(Reason.EMPTY)),
            (
                numbers.exact_of(rows.c[fourth]).is_(None),
                numbers.reason(rows.c[third], rows.c[fourth]),
            ),
            (numbers.whole(ours, scale).is_(None), numbers.reason(rows.c[first], rows.c[second])),
            else_=fixed(Reason.NOT_WHOLE),
        )

    return read, reason, steps[0] | more[0], steps[1] | more[1]


def _number_steps(
    rule: TargetColumn, named: Named, columns: Columns, proofs: Proofs
) -> tuple[tuple[str, str], dict[str, Made], dict[str, Made]]:
    """The labels of the steps, and what they are made of."""
    form = _form(named, rule, proofs)
    first, second = columns.steps(named, form, *rule.missing_words)
    return (
        (first, second),
        {first: lambda rows: numbers.body_of(_word(rows, named, rule))},
        {second: lambda rows: numbers.digits_of(rows.c[first], form)},
    )


def _form(named: Named, rule: TargetColumn, proofs: Proofs) -> numbers.NumberFormat:
    return (
        numbers.NumberFormat(None, ".", is_sum=True) if named.is_sum else proofs.number(named.source, named.name, rule)
    )


def stepped(part: Part, targets: list[Target]) -> Part:
    """The part with the columns that values are made from: each step once, however often it is used."""
    rows = part.rows
    for number in range(max((len(each.steps) for each in targets), default=0)):
        made = {
            label: make for each in targets if number < len(each.steps) for label, make in each.steps[number].items()
        }
        rows = select(rows, *[make(rows).label(label) for label, make in made.items()]).subquery(f"step{number}")
    return replace(part, rows=rows)


@dataclass(frozen=True, slots=True)
class _Stand:
    """A fault of a typed row: when, why, and whose word it is."""

    when: ColumnElement[bool]
    reason: ColumnElement[Any]
    column: ColumnElement[Any]
    word: ColumnElement[Any]
    join: int | None


def _stands(part: Part, job: Job, targets: list[Target], rows: FromClause) -> list[_Stand]:
    joins = sorted({each.name.removesuffix(REASON) for each in rows.c if each.name.endswith(REASON)})
    found = []
    for prefix in joins:
        at = None if prefix == "" else int(prefix.removeprefix("j"))
        mine = [rows.c[f"{prefix}{each}"] for each in (REASON, COLUMN, WORD)]
        found.append(_Stand(mine[0].is_not(None), mine[0], mine[1], mine[2], at))
    for target in sorted(targets, key=lambda each: each.name != job.key_name):
        named, value = target.named, rows.c[f"v_{target.name}"]
        if named is None:
            continue
        word = _word(rows, named, target.rule)
        empty = Reason.NO_KEY if target.name == job.key_name else Reason.EMPTY
        unread = and_(value.is_(None), word.is_not(None))
        if target.rule.values and "otherwise" in target.rule.model_fields_set:
            unread = and_(unread, literal(target.required, Boolean, literal_execute=True))
        column = fixed(named.name)
        found.append(_Stand(unread, target.reason(rows), column, word, named.join))
        if target.required:
            found.append(_Stand(value.is_(None), fixed(empty), column, word, named.join))
        elif target.rule.plus is not None:
            other = part.named[target.rule.plus]
            half = and_(value.is_(None), rows.c[other.label].is_not(None))
            found.append(_Stand(half, fixed(Reason.EMPTY), column, word, named.join))
    return found


def typed_rows(part: Part, job: Job, targets: list[Target], source: str) -> Any:
    """The part's rows with the columns of the job's statement (natural keys as text), problem and place."""
    rows = part.rows
    valued = select(rows, *[each.value(rows).label(f"v_{each.name}") for each in targets]).subquery("valued")
    stands = _stands(part, job, targets, valued)
    which = case(*[(each.when, literal(at, literal_execute=True)) for at, each in enumerate(stands)], else_=None)
    judged = select(valued, which.label("_which")).subquery("judged")
    stands = _stands(part, job, targets, judged)
    bad = judged.c["_which"]

    def told(of: Callable[[_Stand], ColumnElement[Any]], fine: ColumnElement[Any]) -> ColumnElement[Any]:
        cases = [(bad == literal(at, literal_execute=True), of(each)) for at, each in enumerate(stands)]
        return case((bad.is_(None), fine), *cases, else_=fine)

    def place(name: str) -> Callable[[_Stand], ColumnElement[Any]]:
        return lambda each: judged.c[name if each.join is None else f"j{each.join}{name}"]

    values = {each.name: judged.c[f"v_{each.name}"] for each in targets}
    columns = []
    for each in job.statement.selected_columns:
        if each.name == "source":
            columns.append(fixed(source).label("source"))
        elif each.name in values:
            columns.append(values[each.name].label(each.name))
        else:
            columns.append(cast(null(), TYPES[kind_of(job, each.name)]).label(each.name))
    nothing = cast(null(), String)
    return select(
        *columns,
        told(lambda each: each.reason, nothing).label(PROBLEM),
        told(place(FILE), judged.c[FILE]).label("from_file"),
        told(place(SHEET), judged.c[SHEET]).label("from_sheet"),
        told(place(LINE), judged.c[LINE]).label("from_line"),
        told(lambda each: each.column, nothing).label("from_column"),
        told(lambda each: each.word, nothing).label("from_word"),
        judged.c[ROW].label("from_row"),
    )


def keyless_rows(part: Part, job: Job, targets: list[Target], source: str) -> list[Any]:
    """Rows of joined files that have no key, in the same columns."""
    kinds = {each.name: each.kind for each in targets}
    made = []
    for rows in part.keyless:
        columns: list[ColumnElement[Any]] = []
        for each in job.statement.selected_columns:
            kind = kinds.get(each.name) or kind_of(job, each.name)
            filler = fixed(source) if each.name == "source" else cast(null(), TYPES[kind])
            columns.append(filler.label(each.name))
        place = [(REASON, PROBLEM), (FILE, "from_file"), (SHEET, "from_sheet"), (LINE, "from_line")]
        place += [(COLUMN, "from_column"), (WORD, "from_word"), (ROW, "from_row")]
        made.append(select(*columns, *[rows.c[ours].label(theirs) for ours, theirs in place]))
    return made
