"""Words of numbers under every format: what is written comes back, and no word is read as two amounts."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import String, column, select, table

from etl.sources import numbers
from etl.sources.scratch import scratch
from etl.sources.words import composed
from queries.engine import duckdb_cursor

FORMATS = st.sampled_from([(".", ","), (",", "."), (" ", ","), ("'", ".")])


@settings(max_examples=30, deadline=None)
@given(amounts=st.lists(st.integers(0, 10**12), min_size=1, max_size=30), form=FORMATS)
def test_numbers_come_back_from_every_format_and_no_other_amount_from_another(
    amounts: list[int], form: tuple[str, str]
) -> None:
    words = [f"{amount:,}".replace(",", form[0]) for amount in amounts]
    assert _read(words, numbers.NumberFormat(*form)) == amounts
    for other in ((".", ","), (",", ".")):
        for amount, found in zip(amounts, _read(words, numbers.NumberFormat(*other)), strict=True):
            assert found in (amount, None)


def _read(words: list[str], form: numbers.NumberFormat) -> list[int | None]:
    with scratch() as connection:
        cursor = duckdb_cursor(connection)
        cursor.execute(
            "CREATE TABLE words AS SELECT unnest(?) AS word, generate_subscripts(?, 1) AS place", [words, words]
        )
        digits = numbers.digits_of(numbers.body_of(column("word", String)), form)
        statement = select(numbers.whole_of(digits, 1)).select_from(table("words")).order_by(column("place"))
        return [row[0] for row in cursor.execute(composed(statement, connection.dialect)).fetchall()]
