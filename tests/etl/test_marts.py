"""The registries that are derived from the definitions of the tables."""

from datetime import date

from etl import marts
from etl.jobs import JOBS
from etl.marts.partners import partner_recent
from queries.schema import DIMENSIONS, FACTS, MARTS, RECORDS, mart_partners, metadata


def test_every_fact_and_dimension_is_filled_by_one_job_after_those_it_refers_to() -> None:
    targets = [job.target for job in JOBS]
    assert sorted(table.name for table in targets) == sorted(table.name for table in DIMENSIONS + FACTS)
    for position, job in enumerate(JOBS):
        assert "source" in job.target.c
        assert all(parent.table in targets[:position] for parent in job.parents)


def test_every_mart_is_maintained() -> None:
    additive = [mart.table for mart in (*marts.ADDITIVE, partner_recent(date(2022, 11, 15)))]
    maintained = [*additive, *(mart.table for mart in marts.ROWS), mart_partners]
    assert sorted(table.name for table in maintained) == sorted(table.name for table in MARTS)


def test_every_table_is_of_one_kind() -> None:
    kinds = (*DIMENSIONS, *FACTS, *MARTS, *RECORDS)
    assert len(kinds) == len(set(kinds)) == len(metadata.tables)


def test_marts_name_the_facts_and_columns_that_they_read() -> None:
    assert marts.facts_read() <= set(FACTS)
    for fact in marts.facts_read():
        names = {column.name for column in marts.columns_read(fact)}
        assert set(fact.info["key"]) < names
        assert names < set(fact.c.keys())
