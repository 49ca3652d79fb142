"""One landing: staging, validation, quarantine, DELETE and INSERT, marts and checks, all in the caller's transaction.

A crash at any point leaves the warehouse as it was, watermark included; the next run does the same work again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, String, Table, and_, cast, delete, insert, or_, select, union
from sqlalchemy.exc import IntegrityError

from etl import checks, marts
from etl.jobs import Feed, Job
from etl.marts import rollup
from etl.sources.base import Snapshot
from etl.staging import fill_keys, key_table, staging_table, temporary
from etl.validate import drop_duplicates, is_clean, set_bad_rows_aside
from queries.schema import dim_partners, quarantine
from queries.wib import business_day

MART_FACTS = marts.facts_read()


@dataclass(frozen=True, slots=True)
class JobReport:
    """What one job did, in rows."""

    job: str
    read: int
    landed: int
    deleted: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Landing:
    """The circumstances of a landing. `step` is called with the name of each step as it begins."""

    source: str
    jobs: tuple[Job, ...]
    run_id: str
    now: datetime
    step: Callable[[str], None]
    unique_keys: bool = True


class NotClean(Exception):
    """A full reading has rows that belong in the quarantine; it must be landed through staging."""


def land_straight(connection: Connection, landing: Landing, snapshot: Snapshot) -> list[JobReport]:
    """Replace all rows of the source without staging, each row written once, and rebuild the marts.

    Raises:
        NotClean: when a row breaks a rule; the caller undoes the transaction and lands through staging.
    """
    reports = []
    _forget(connection, landing)
    for job in landing.jobs:
        landing.step(f"land {job.name}")
        try:
            landed = snapshot.stage_all(connection, job, job.target)
        except IntegrityError as error:
            raise NotClean(job.name) from error
        landing.step(f"validate {job.name}")
        if not is_clean(connection, job, job.target):
            raise NotClean(job.name)
        reports.append(JobReport(job.name, landed, landed, 0, 0))
    _rebuild(connection, landing, validated=True)
    return reports


def land_all(connection: Connection, landing: Landing, snapshot: Snapshot) -> list[JobReport]:
    """Replace all rows of the source through staging, bad rows to the quarantine, and rebuild the marts."""
    reports = []
    _forget(connection, landing)
    for job in landing.jobs:
        landing.step(f"stage {job.name}")
        staging = staging_table(connection, job)
        read = snapshot.stage_all(connection, job, staging)
        if not landing.unique_keys:
            drop_duplicates(connection, job, staging)
        bad = _quarantine(connection, landing, job, staging)
        landing.step(f"land {job.name}")
        landed = _insert(connection, job, staging)
        staging.drop(connection, checkfirst=False)
        reports.append(JobReport(job.name, read, landed, 0, bad))
    _rebuild(connection, landing, validated=False)
    return reports


def _forget(connection: Connection, landing: Landing) -> None:
    for job in reversed(landing.jobs):
        connection.execute(delete(job.target).where(job.target.c.source == landing.source))
    mine = quarantine.c.job.in_([job.name for job in landing.jobs])
    connection.execute(delete(quarantine).where(quarantine.c.source == landing.source, mine))


def _rebuild(connection: Connection, landing: Landing, *, validated: bool) -> None:
    landing.step("marts")
    marts.rebuild(connection, business_day(landing.now))
    rollup.refresh(connection, None)
    landing.step("checks")
    checks.check_all(connection, landing.jobs, validated=validated)


def land_changes(
    connection: Connection, landing: Landing, snapshot: Snapshot, changed: Mapping[str, set[int]]
) -> list[JobReport]:
    """Land the changed keys and bring the marts up to date."""
    reports: list[JobReport] = []
    changes: dict[str, marts.Change] = {}
    altered: dict[tuple[str, tuple[str, ...]], set[int]] = {}
    partners = key_table(connection, "touched_partners")
    for job in landing.jobs:
        keys = _keys_by_feed(job, snapshot, changed, altered)
        retry = _retries(connection, landing, job)
        if not keys and not retry:
            continue
        landing.step(f"stage {job.name}")
        staging = staging_table(connection, job)
        read = sum(snapshot.stage_keys(connection, job, staging, feed.column, values) for feed, values in keys)
        if retry:
            read += snapshot.stage_keys(connection, job, staging, job.key, retry)
        drop_duplicates(connection, job, staging)
        touched = _touched(connection, job, staging, keys, retry)
        bad = _quarantine(connection, landing, job, staging, touched)
        groups = _groups(connection, job, staging, touched) if job.target in MART_FACTS else None
        old = _copy(connection, job, "old", groups, landing.jobs) if groups is not None else None
        # the copy is narrow and holds just the touched rows: what else needs the old rows reads it
        landed_before = old if old is not None and job.group is None else job.target
        _note_altered(connection, job, landing.jobs, staging, touched, landed_before, altered)
        landing.step(f"land {job.name}")
        _note_partners(connection, job, staging, touched, landed_before, partners)
        gone = delete(job.target).where(job.target.c[job.key_name].in_(select(touched.c.k)))
        deleted = connection.execute(gone).rowcount
        landed = _insert(connection, job, staging)
        if old is not None and groups is not None:
            # a group of one row: what is new is what was staged
            new = staging if job.group is None else _copy(connection, job, "new", groups, landing.jobs)
            changes[job.name] = marts.Change(old, new)
        checks.check_job(connection, job, touched)
        reports.append(JobReport(job.name, read, landed, max(deleted - landed, 0), bad))
    landing.step("marts")
    marts.apply_changes(connection, changes, business_day(landing.now))
    rollup.refresh(connection, partners)
    landing.step("checks")
    checks.check_totals(connection)
    return reports


def _keys_by_feed(
    job: Job,
    snapshot: Snapshot,
    changed: Mapping[str, set[int]],
    altered: Mapping[tuple[str, tuple[str, ...]], set[int]],
) -> list[tuple[Feed, set[int]]]:
    found = []
    for feed in job.feeds:
        keys = set(changed.get(feed.table, ()))
        if feed.altered is not None:
            keys = set(altered.get((feed.altered[0].name, feed.altered[1]), ()))
        elif keys:
            keys = snapshot.look_up(feed, keys)
        if keys:
            found.append((feed, keys))
    return found


def _retries(connection: Connection, landing: Landing, job: Job) -> set[int]:
    """Keys in the quarantine: what was missing may have landed."""
    rows = connection.scalars(
        select(quarantine.c.row_key).where(quarantine.c.source == landing.source, quarantine.c.job == job.name)
    )
    return {int(value) for value in rows if value.lstrip("-").isdigit()}


def _touched(
    connection: Connection, job: Job, staging: Table, keys: list[tuple[Feed, set[int]]], retry: set[int]
) -> Table:
    """A key table of the target's keys that are to be replaced."""
    touched = key_table(connection, f"touched_{job.name}")
    key = job.target.c[job.key_name]
    wanted = [select(staging.c[job.key_name])]
    direct = set(retry)
    for number, (feed, values) in enumerate(keys):
        if feed.target_column == job.key_name or (feed.target_column is None and feed.column is job.key):
            direct |= values
        elif feed.target_column is not None:
            parents = key_table(connection, f"parents_{number}_{job.name}")
            fill_keys(connection, parents, values)
            wanted.append(select(key).where(job.target.c[feed.target_column].in_(select(parents.c.k))))
    listed = key_table(connection, f"listed_{job.name}")
    fill_keys(connection, listed, direct)
    wanted.append(select(listed.c.k))
    connection.execute(insert(touched).from_select(["k"], union(*wanted)))
    return touched


def _quarantine(
    connection: Connection, landing: Landing, job: Job, staging: Table, touched: Table | None = None
) -> int:
    landing.step(f"validate {job.name}")
    if touched is not None:
        past = and_(quarantine.c.source == landing.source, quarantine.c.job == job.name)
        known = quarantine.c.row_key.in_(select(cast(touched.c.k, String)))
        connection.execute(delete(quarantine).where(past, known))
    return set_bad_rows_aside(connection, job, staging, run_id=landing.run_id, now=landing.now, source=landing.source)


def _watched(target: Table, jobs: tuple[Job, ...]) -> list[tuple[str, ...]]:
    """The groups of columns whose change concerns the rows of other jobs."""
    return sorted(
        {feed.altered[1] for child in jobs for feed in child.feeds if feed.altered and feed.altered[0] is target}
    )


def _note_altered(
    connection: Connection,
    job: Job,
    jobs: tuple[Job, ...],
    staging: Table,
    touched: Table,
    before: Table,
    altered: dict[tuple[str, tuple[str, ...]], set[int]],
) -> None:
    """Compare staged rows with those landed `before`, for the feeds of children."""
    target, key = job.target, job.key_name
    watched = _watched(target, jobs)
    if not watched:
        return
    names = sorted({name for columns in watched for name in columns})
    landed = select(before.c[key], *[before.c[name] for name in names]).where(before.c[key].in_(select(touched.c.k)))
    old, new = landed.subquery(), select(staging.c[key], *[staging.c[name] for name in names]).subquery()
    came_or_went = or_(old.c[key].is_(None), new.c[key].is_(None))
    differs = [or_(came_or_went, *[old.c[n].is_distinct_from(new.c[n]) for n in columns]) for columns in watched]
    found = connection.execute(
        select(touched.c.k, *differs)
        .outerjoin(old, old.c[key] == touched.c.k)
        .outerjoin(new, new.c[key] == touched.c.k)
        .where(or_(*differs))
    ).all()
    for at, columns in enumerate(watched, start=1):
        altered[target.name, columns] = {row[0] for row in found if row[at]}


def _note_partners(
    connection: Connection, job: Job, staging: Table, touched: Table, before: Table, partners: Table
) -> None:
    """Add the partners of old and new rows to those whose roll-up is stale."""
    if "partner_id" not in job.target.c:
        return
    old = select(before.c.partner_id).where(before.c[job.key_name].in_(select(touched.c.k)))
    both = union(old, select(staging.c.partner_id))
    if job.target is dim_partners:
        both = union(old, select(staging.c.partner_id), select(touched.c.k))
    connection.execute(insert(partners).from_select(["k"], both))


def _groups(connection: Connection, job: Job, staging: Table, touched: Table) -> Table:
    """The groups of rows that marts must see whole: the touched keys, or for events their orders."""
    if job.group is None:
        return touched
    groups = key_table(connection, f"groups_{job.name}")
    old = select(job.target.c[job.group]).where(job.target.c[job.key_name].in_(select(touched.c.k)))
    connection.execute(insert(groups).from_select(["k"], union(old, select(staging.c[job.group]))))
    return groups


def _copy(connection: Connection, job: Job, name: str, groups: Table, jobs: tuple[Job, ...]) -> Table:
    """The rows of the groups with the columns that marts, the roll-up and the feeds of children read."""
    needed = {"partner_id", *(name for columns in _watched(job.target, jobs) for name in columns)}
    read = marts.columns_read(job.target)
    columns = [c for c in job.target.c if c in read or c.name in needed]
    copy = temporary(connection, f"{name}_{job.name}", columns)
    column = job.target.c[job.group or job.key_name]
    rows = select(*columns).where(column.in_(select(groups.c.k)))
    connection.execute(insert(copy).from_select([c.name for c in columns], rows))
    return copy


def _insert(connection: Connection, job: Job, staging: Table) -> int:
    names = [c.name for c in job.target.c]
    rows = select(*[staging.c[name] for name in names])
    return connection.execute(insert(job.target).from_select(names, rows)).rowcount
