"""Landing what changed: the changed keys of every job, whole chains of events, and the marts by their difference."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    cast,
    delete,
    insert,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute

from etl import chain, checks, marts
from etl.jobs import Feed, Job, order_events
from etl.load import JobReport, Landing, insert_staged
from etl.marts import rollup
from etl.marts.base import Change
from etl.sources.ahead import one_ahead
from etl.sources.base import Snapshot
from etl.staging import fill_keys, key_table, stage_batches, staging_table, temporary
from etl.validate import drop_duplicates, set_bad_rows_aside
from queries.schema import dim_partners, fct_order_events, fct_orders, mart_partner_months, quarantine
from queries.wib import business_day

MART_FACTS = marts.facts_read()
FOUND_AT = "found_at"  # of a copied row in its table: to find it again takes no look at keys
_ROWID: ColumnElement[int] = literal_column("rowid", BigInteger)


def land_changes(
    connection: Connection, landing: Landing, snapshot: Snapshot, changed: Mapping[str, set[int]]
) -> list[JobReport]:
    """Land the changed keys and bring the marts up to date."""
    return _Increment(connection, landing, snapshot, changed, {}).land()


def land_again(
    connection: Connection,
    landing: Landing,
    snapshot: Snapshot,
    changed: Mapping[str, set[int]],
    again: Mapping[str, set[int]],
) -> list[JobReport]:
    """Land the changed keys of source tables, and rows `again` by the keys of their targets, whatever is landed of
    them; the marts stay as they are."""
    return _Increment(connection, landing, snapshot, changed, again).land_facts()


def _keys_set_aside(connection: Connection, source: str) -> dict[str, set[int]]:
    """Keys in the quarantine by job; rows without a number for a key have none."""
    kept = select(quarantine.c.job, quarantine.c.row_key).where(quarantine.c.source == source)
    found: dict[str, set[int]] = {}
    for job, value in connection.execute(kept):
        if value.lstrip("-").isdigit():
            found.setdefault(job, set()).add(int(value))
    return found


def _copied(copy: Table) -> ColumnElement[bool]:
    """The rows of a table that stand in a copy of some of them."""
    return _ROWID.in_(_all_of(copy.c[FOUND_AT]))


def _all_of(column: Column[int]) -> Select[int]:
    """The values of a column, to be looked for in a large table.

    The condition always holds. With one, DuckDB gives the scan of the large table a filter of bits, by which most rows
    never reach the join.
    """
    return select(column).where(column.is_not_distinct_from(column))


@dataclass(frozen=True, slots=True)
class _Chains:
    """Whole chains in staging, judged. `orders`: a key table of their orders."""

    orders: Table
    staging: Table
    read: int
    repeated: int


class _Increment:
    def __init__(
        self,
        connection: Connection,
        landing: Landing,
        snapshot: Snapshot,
        changed: Mapping[str, set[int]],
        again: Mapping[str, set[int]],
    ) -> None:
        self._connection = connection
        self._landing = landing
        self._snapshot = snapshot
        self._changed = changed
        self._again = again
        self._altered: dict[tuple[str, tuple[str, ...]], set[int]] = {}
        self._changes: dict[str, Change] = {}
        self._partners: dict[str, Table] = {}
        self._chains: _Chains | None = None
        self._set_aside_before = _keys_set_aside(connection, landing.source)

    def land(self) -> list[JobReport]:
        reports = self.land_facts()
        self._landing.step("marts")
        added = marts.apply_changes(self._connection, self._changes, business_day(self._landing.now))
        months = added.get(mart_partner_months.name)
        rollup.apply_changes(self._connection, self._partners, self._changes.get(fct_orders.name), months)
        self._landing.step("checks")
        landed = {report.job for report in reports}
        if landed & {fct_orders.name, fct_order_events.name}:
            checks.check_states(self._connection)
        checks.check_totals(self._connection, landed)
        return reports

    def land_facts(self) -> list[JobReport]:
        reports = []
        for job in self._landing.jobs:
            report = self._land_chains(job) if job is order_events.job else self._land_rows(job)
            if report is not None:
                reports.append(report)
        return reports

    def _land_rows(self, job: Job) -> JobReport | None:
        connection = self._connection
        again = self._again.get(job.name, set())
        keys = self._keys_by_feed(job) + self._groups_of(job, again)
        retry = self._set_aside_before.get(job.name, set()) | again
        moved = self._orders_of_events() if job.target is fct_orders else set()
        if moved:
            keys.append((Feed(order_events.job.name, job.key, job.key_name), moved))
        if not keys and not retry:
            return None
        self._landing.step(f"stage {job.name}")
        staging = staging_table(connection, job)
        wanted = self._wanted(job, keys, retry)
        touched = key_table(connection, f"touched_{job.name}")
        is_by_key = wanted.keys() == {job.key}
        with one_ahead(self._read(job, wanted)) as batches:
            if is_by_key:  # what is landed of these is found while the new rows are read
                self._touch(job, touched, keys, retry)
                old = self._old(job, touched)
            read = stage_batches(connection, job, staging, batches)
        drop_duplicates(connection, job, staging)
        if not is_by_key:
            self._touch(job, touched, keys, retry, select(staging.c[job.key_name]))
            old = self._old(job, touched)
        bad = self._quarantine(job, staging, touched)
        # the copy is narrow and holds just the touched rows: what else needs the old rows reads it
        before = job.target if old is None else old
        self._note_altered(job, staging, touched, before)
        if job.target is fct_orders:
            bad += self._judge_chains(job, staging, moved | again)
        self._landing.step(f"land {job.name}")
        self._note_partners(job, staging, touched, before)
        stale = job.target.c[job.key_name].in_(select(touched.c.k)) if old is None else _copied(old)
        deleted = connection.execute(delete(job.target).where(stale)).rowcount
        landed = insert_staged(connection, job, staging)
        if old is not None:
            self._changes[job.name] = Change(old, staging)
        checks.check_staged(connection, job, staging, touched)
        return JobReport(job.name, read, landed, max(deleted - landed, 0), bad)

    def _wanted(
        self, job: Job, keys: list[tuple[Feed, set[int]]], retry: set[int]
    ) -> dict[InstrumentedAttribute[Any], set[int]]:
        """Keys by the column of the source that holds them: rows of one are read once, whatever feed names them."""
        wanted = {job.key: set(retry)} if retry else {}
        for feed, values in keys:
            wanted.setdefault(feed.column, set()).update(values)
        return wanted

    def _read(self, job: Job, wanted: Mapping[InstrumentedAttribute[Any], set[int]]) -> Iterator[pa.Table]:
        for column, values in wanted.items():
            yield from self._snapshot.read_keys(job, column, values)

    def _keys_by_feed(self, job: Job) -> list[tuple[Feed, set[int]]]:
        found = []
        for feed in job.feeds:
            keys = set(self._changed.get(feed.table, ()))
            if feed.altered is not None:
                keys = set(self._altered.get((feed.altered[0].name, feed.altered[1]), ()))
            elif keys:
                keys = self._snapshot.look_up(feed, keys)
            if keys:
                found.append((feed, keys))
        return found

    def _groups_of(self, job: Job, keys: set[int]) -> list[tuple[Feed, set[int]]]:
        """The groups that rows of these keys are judged with, as the source and the warehouse have them."""
        if job.zero_sum is None or not keys:
            return []
        group = job.zero_sum[0]
        feed = next(feed for feed in job.feeds if feed.target_column == group)
        probe = temporary(self._connection, f"probe_{job.name}", list(job.target.c))
        stage_batches(self._connection, job, probe, self._snapshot.read_keys(job, job.key, keys))
        listed = key_table(self._connection, f"probed_{job.name}")
        fill_keys(self._connection, listed, keys)
        landed = select(job.target.c[group]).where(job.target.c[job.key_name].in_(select(listed.c.k)))
        groups = self._connection.scalars(union(select(probe.c[group]), landed))
        return [(feed, {value for value in groups if value is not None})]

    def _touch(
        self, job: Job, touched: Table, keys: list[tuple[Feed, set[int]]], retry: set[int], *staged: Select[int]
    ) -> None:
        """Fill a key table with the target's keys that are to be replaced, `staged` ones among them."""
        connection = self._connection
        key = job.target.c[job.key_name]
        wanted = list(staged)
        direct = set(retry)
        for number, (feed, values) in enumerate(keys):
            if feed.target_column == job.key_name or (feed.target_column is None and feed.column is job.key):
                direct |= values
            elif feed.target_column is not None:
                parents = key_table(connection, f"parents_{number}_{job.name}")
                fill_keys(connection, parents, values)
                wanted.append(select(key).where(job.target.c[feed.target_column].in_(select(parents.c.k))))
        if not wanted:
            fill_keys(connection, touched, direct)
            return
        listed = key_table(connection, f"listed_{job.name}")
        fill_keys(connection, listed, direct)
        wanted.append(select(listed.c.k))
        connection.execute(insert(touched).from_select(["k"], union(*wanted)))

    def _quarantine(self, job: Job, staging: Table, touched: Table) -> int:
        """Forget what was said of the touched rows, and set the bad ones of staging aside."""
        self._landing.step(f"validate {job.name}")
        past = and_(quarantine.c.source == self._landing.source, quarantine.c.job == job.name)
        known = quarantine.c.row_key.in_(select(cast(touched.c.k, String)))
        self._connection.execute(delete(quarantine).where(past, known))
        return self._set_aside(job, staging)

    def _set_aside(self, job: Job, staging: Table) -> int:
        landing = self._landing
        return set_bad_rows_aside(
            self._connection, job, staging, run_id=landing.run_id, now=landing.now, source=landing.source
        )

    def _watched(self, target: Table) -> list[tuple[str, ...]]:
        """The groups of columns whose change concerns the rows of other jobs."""
        children = (feed for child in self._landing.jobs for feed in child.feeds)
        return sorted({feed.altered[1] for feed in children if feed.altered and feed.altered[0] is target})

    def _note_altered(self, job: Job, staging: Table, touched: Table, before: Table) -> None:
        """Compare staged rows with those landed `before`, for the feeds of children."""
        key = job.key_name
        watched = self._watched(job.target)
        if not watched:
            return
        names = sorted({name for columns in watched for name in columns})
        landed = select(before.c[key], *[before.c[name] for name in names])
        old = landed.where(before.c[key].in_(select(touched.c.k))).subquery()
        new = select(staging.c[key], *[staging.c[name] for name in names]).subquery()
        came_or_went = or_(old.c[key].is_(None), new.c[key].is_(None))
        differs = [or_(came_or_went, *[old.c[n].is_distinct_from(new.c[n]) for n in columns]) for columns in watched]
        found = self._connection.execute(
            select(touched.c.k, *differs)
            .outerjoin(old, old.c[key] == touched.c.k)
            .outerjoin(new, new.c[key] == touched.c.k)
            .where(or_(*differs))
        ).all()
        for at, columns in enumerate(watched, start=1):
            self._altered[job.name, columns] = {row[0] for row in found if row[at]}

    def _note_partners(self, job: Job, staging: Table, touched: Table, before: Table) -> None:
        """Remember the partners of old and new rows, whose roll-up is stale."""
        if job.target is dim_partners:
            self._partners[job.name] = touched
        elif job.name in rollup.READ:
            keys = key_table(self._connection, f"partners_of_{job.name}")
            old = select(before.c.partner_id).where(before.c[job.key_name].in_(select(touched.c.k)))
            both = union(old, select(staging.c.partner_id))
            self._connection.execute(insert(keys).from_select(["k"], both))
            self._partners[job.name] = keys

    def _old(self, job: Job, touched: Table) -> Table | None:
        return self._copy(job, job.key_name, touched) if job.target in MART_FACTS else None

    def _copy(self, job: Job, column: str, keys: Table) -> Table:
        """The landed rows of some keys with the columns that marts, the roll-up and the feeds of children read."""
        needed = {"partner_id", *(name for columns in self._watched(job.target) for name in columns)}
        read = marts.columns_read(job.target)
        columns = [c for c in job.target.c if c in read or c.name in needed]
        copy = temporary(self._connection, f"old_{job.name}", [*columns, Column(FOUND_AT, BigInteger)])
        rows = select(*columns, _ROWID).where(job.target.c[column].in_(_all_of(keys.c.k)))
        self._connection.execute(insert(copy).from_select([c.name for c in copy.c], rows))
        return copy

    def _orders_of_events(self) -> set[int]:
        """The orders whose chains have other events than before: as the source says, and as they landed."""
        events = self._changed_events()
        if not events:
            return set()
        found = set(self._snapshot.look_up(order_events.by_event, events))
        keys = key_table(self._connection, "changed_events")
        fill_keys(self._connection, keys, events)
        landed = select(fct_order_events.c.order_id).where(fct_order_events.c.event_id.in_(select(keys.c.k)))
        return {order for order in (*found, *self._connection.scalars(landed)) if order is not None}

    def _changed_events(self) -> set[int]:
        """Events that changed, wait in the quarantine, or are to land again."""
        job = order_events.job
        changed = self._changed.get(order_events.by_event.table, set())
        return changed | self._set_aside_before.get(job.name, set()) | self._again.get(job.name, set())

    def _judge_chains(self, job: Job, staging: Table, moved: set[int]) -> int:
        """Read and judge the chains of the orders that came, went, changed their state or have other events.

        Orders that contradict their events go to the quarantine; returns their number.
        """
        orders = moved | self._altered.get((job.name, order_events.OF_ORDER), set())
        if not orders:
            return 0
        connection, events = self._connection, order_events.job
        self._landing.step(f"stage {events.name}")
        keys = key_table(connection, "chained_orders")
        fill_keys(connection, keys, orders)
        staged = staging_table(connection, events)
        batches = self._snapshot.read_keys(events, order_events.by_event.column, orders)
        read = stage_batches(connection, events, staged, batches)
        drop_duplicates(connection, events, staged)
        judged = chain.judge(connection, staging, staged)
        self._chains = _Chains(keys, staged, read, judged.repeated)
        if not judged.contradictory:
            return 0
        for (name, columns), known in self._altered.items():
            if name == job.name:
                self._altered[name, columns] = known | judged.contradictory
        return self._set_aside(job, staging)

    def _land_chains(self, job: Job) -> JobReport | None:
        """Replace the events of the judged orders."""
        connection, target, chains = self._connection, job.target, self._chains
        if chains is None:
            return None
        touched = key_table(connection, f"touched_{job.name}")
        fill_keys(connection, touched, self._changed_events())
        connection.execute(insert(touched).from_select(["k"], select(chains.staging.c.event_id)))
        bad = self._quarantine(job, chains.staging, touched)
        old = self._copy(job, "order_id", chains.orders)
        self._landing.step(f"land {job.name}")
        deleted = connection.execute(delete(target).where(_copied(old))).rowcount
        landed = insert_staged(connection, job, chains.staging)
        self._changes[job.name] = Change(old, chains.staging)
        checks.check_job(connection, job, touched)
        checks.check_chains(connection, chains.orders)
        return JobReport(job.name, chains.read, landed, max(deleted - landed, 0), bad, chains.repeated)
