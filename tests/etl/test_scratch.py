"""The private database of file sources: what does not fit in its memory is spilled, and goes with it."""

from etl.sources import scratch
from queries.engine import duckdb_cursor


def test_texts_that_do_not_fit_in_memory_are_spilled() -> None:
    with scratch.scratch("32MB") as connection:
        cursor = duckdb_cursor(connection)
        cursor.execute(
            "CREATE TABLE words AS SELECT hash(i)::VARCHAR || hash(i + 1)::VARCHAR AS w FROM range(1_000_000) r(i)"
        )
        spilled = cursor.execute("SELECT sum(size) FROM duckdb_temporary_files()").fetchone()
        assert spilled is not None
        assert spilled[0] > 0
        assert cursor.execute("SELECT count(DISTINCT w) > 0 FROM words USING SAMPLE 1000 ROWS").fetchone() == (True,)
