"""What a staged row must satisfy to land; a row that does not goes to the quarantine with the reason."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)

from etl.jobs import Job
from etl.staging import PLACE, PROBLEM, temporary
from queries.reasons import Reason, Rule
from queries.schema import quarantine
from queries.schema.base import Kind


def drop_duplicates(connection: Connection, job: Job, staging: Table) -> None:
    """Keep the newest of the rows of a key."""
    row: ColumnElement[int] = literal_column("rowid")
    key = staging.c[job.key_name]
    clock = staging.c.updated_at if "updated_at" in staging.c else literal(0)
    repeated = select(key).group_by(key).having(func.count() > 1)
    if connection.scalar(select(exists(repeated))):
        newest = select(func.arg_max(row, func.row(clock, row))).select_from(staging).group_by(key).correlate(None)
        connection.execute(delete(staging).where(key.in_(repeated), row.not_in(newest)))


def keep_one(connection: Connection, job: Job, staging: Table, which: str, between: tuple[int, int]) -> int:
    """Of the rows of a key at these places keep the "first" or the "last"; returns the number that went."""
    at, key = staging.c.from_row, staging.c[job.key_name]
    mine = and_(at >= between[0], at < between[1], key.is_not(None))
    kept = select(func.min(at) if which == "first" else func.max(at)).where(mine).group_by(key)
    return connection.execute(delete(staging).where(mine, at.not_in(kept))).rowcount


def set_repeats_aside(connection: Connection, job: Job, staging: Table) -> int:
    """Of rows that are the same keep the first; rows of one key that differ are all set aside. Returns the number that
    repeated another."""
    key, at = staging.c[job.key_name], staging.c.from_row
    several = temporary(connection, f"several_{job.name}", [Column("k", key.type)])
    connection.execute(insert(several).from_select(["k"], select(key).group_by(key).having(func.count() > 1)))
    if not connection.scalar(select(exists(select(several.c.k)))):
        several.drop(connection, checkfirst=False)
        return 0
    repeated = key.in_(select(several.c.k))
    said = [staging.c[name] for name in (*[c.name for c in job.target.c], PROBLEM, "from_column", "from_word")]
    firsts = select(func.min(at)).where(repeated).group_by(*said)
    gone = connection.execute(delete(staging).where(repeated, at.not_in(firsts))).rowcount
    # a row that is wrong as a whole but says the same as a good one is set aside alone; so is an order of a partner
    # whose other orders are right, where the partners come from the list of orders
    own = [staging.c[c.name] for c in job.target.c]
    is_dimension = job.target.info["kind"] is Kind.DIMENSION
    content = func.row(*(own if is_dimension else [each for each in said if each.name != PROBLEM]))
    differing = select(key).where(repeated).group_by(key).having(func.count(content.distinct()) > 1)
    connection.execute(
        update(staging).where(key.in_(differing), staging.c[PROBLEM].is_(None)).values({PROBLEM: Reason.CONFLICT.value})
    )
    several.drop(connection, checkfirst=False)
    return gone


def _rules(job: Job, staging: Table) -> list[tuple[ColumnElement[bool], str]]:
    rules: list[tuple[ColumnElement[bool], str]] = [
        (staging.c[c.name].is_(None), Rule.MISSING.of(column=c.name)) for c in job.target.c if not c.nullable
    ]
    rules += [
        (not_(_condition(invariant)), Rule.BROKEN.of(invariant=invariant))
        for invariant in job.target.info["invariants"]
    ]
    for parent in job.parents:
        key = parent.table.c[parent.table.info["key"][0]]
        orphan = staging.c[parent.column].not_in(select(key))
        rules.append((orphan, Rule.ORPHAN.of(column=parent.column, table=parent.table.name)))
    if job.zero_sum:
        group, amount = staging.c[job.zero_sum[0]], staging.c[job.zero_sum[1]]
        unbalanced = select(group).group_by(group).having(func.sum(amount) != 0)
        rules.append((group.in_(unbalanced), Rule.UNBALANCED.of(column=amount.name, group=group.name)))
    return rules


def columns_behind(
    job: Job, staging: Table, columns: Sequence[str]
) -> list[tuple[ColumnElement[bool], tuple[str, ...]]]:
    """Rules that a row breaks by its own values: when it does, and which of `columns` each is about."""
    found: list[tuple[ColumnElement[bool], tuple[str, ...]]] = [
        (staging.c[c.name].is_(None), (c.name,)) for c in job.target.c if not c.nullable and c.name in columns
    ]
    for invariant in job.target.info["invariants"]:
        both = " OR " in invariant or "BETWEEN" in invariant
        for part in [invariant] if both else invariant.split(" AND "):
            named = tuple(name for name in columns if re.search(rf"\b{name}\b", part))
            found += [(not_(_condition(part)), named)] if named else []
    for parent in job.parents:
        key = parent.table.c[parent.table.info["key"][0]]
        if parent.column in columns:
            found.append((staging.c[parent.column].not_in(select(key)), (parent.column,)))
    return found


def _condition(invariant: str) -> ColumnElement[bool]:
    return literal_column(f"({text(invariant).text})")


def is_clean(connection: Connection, job: Job, rows: Table, *also: ColumnElement[bool]) -> bool:
    """Whether every row satisfies the rules, and none the conditions `also`."""
    wrong = or_(*also, *[rule for rule, _why in _rules(job, rows)])
    return not connection.scalar(select(exists(select(literal(1)).select_from(rows).where(wrong))))


def broken(job: Job, rows: Table) -> ColumnElement[bool]:
    """The rows that break a rule, with the whole groups of those whose groups must balance."""
    own = or_(*[rule for rule, _why in _rules(job, rows)])
    if job.zero_sum is None:
        return own
    group = rows.c[job.zero_sum[0]]
    return or_(own, group.in_(select(group).where(own)))


def set_bad_rows_aside(
    connection: Connection, job: Job, staging: Table, *, run_id: str, now: datetime, source: str
) -> int:
    """Move the bad rows of staging to the quarantine; returns their number."""
    rules = _rules(job, staging)
    if is_clean(connection, job, staging, staging.c[PROBLEM].is_not(None)):
        return 0
    # groups that must balance are judged with all their rows, so the reasons are all set before any row goes
    reason = case(*[(broken, why) for broken, why in rules], else_=None)
    connection.execute(update(staging).where(staging.c[PROBLEM].is_(None)).values({PROBLEM: reason}))
    if job.zero_sum:
        group = staging.c[job.zero_sum[0]]
        broken = select(group).where(staging.c[PROBLEM].is_not(None))
        whole = and_(staging.c[PROBLEM].is_(None), group.in_(broken))
        connection.execute(update(staging).where(whole).values({PROBLEM: Rule.UNBALANCED_WITH.of(group=group.name)}))
    bad = staging.c[PROBLEM].is_not(None)
    line = cast(staging.c.from_line, String)
    place = case((line.is_not(None), func.concat_ws(":", staging.c.from_file, staging.c.from_sheet, line)), else_=None)
    key = func.coalesce(cast(staging.c[job.key_name], String), place, func.md5(_as_json(staging)))
    # rows of a store that have no key and say the same are one; a row of a file is known by its place
    rows = (
        select(
            literal(source),
            literal(job.name),
            key,
            func.any_value(staging.c[PROBLEM]),
            func.any_value(_as_json(staging)),
            literal(run_id),
            literal(now),
            *[func.any_value(staging.c[f"from_{each}"]) for each in ("file", "sheet", "line", "column", "word")],
        )
        .where(bad)
        .group_by(key, staging.c.from_row)
    )
    connection.execute(insert(quarantine).from_select([c.name for c in quarantine.c], rows))
    return connection.execute(delete(staging).where(bad)).rowcount


def _as_json(staging: Table) -> ColumnElement[Any]:
    """The row as it would land."""
    left = {*PLACE, PROBLEM}
    pairs = [part for c in staging.c if c.name not in left for part in (literal(c.name), c)]
    return cast(func.json_object(*pairs), String)
