"""What a bank answered, compared row by row with what it was sent."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from api.domains.payouts.bank_files import PayoutLine, write
from api.domains.payouts.errors import ResultRefused
from api.domains.payouts.results import MAX_LISTED, compare, read_result
from tests.api.bank_results import (
    GENERIC,
    HEADER,
    ROW,
    csv_file,
    expected_lines,
    payout_line,
    read_rows,
    row_with,
    xlsx_file,
)


@pytest.mark.parametrize(
    ("changed", "kind", "reasons"),
    [
        ({}, "matched", ()),
        ({"Status": "Gagal"}, "failed", ("ok",)),
        ({"Status": "Gagal", "Keterangan": ""}, "failed", ("Gagal",)),
        ({"Nominal": "1.500.001"}, "mismatched", ("the bank says Rp1500001, the batch Rp1500000",)),
        ({"Status": "Gagal", "Nominal": "0"}, "mismatched", ("the bank says Rp0, the batch Rp1500000",)),
        ({"No Rekening": "0012345679"}, "mismatched", ("the bank says account 0012345679, the batch 001-234-5678",)),
        ({"No Rekening": ""}, "matched", ()),
        ({"Status": "Pending"}, "suspect", ("unknown status 'Pending'",)),
        ({"Status": ""}, "suspect", ("unknown status ''",)),
    ],
)
def test_a_row_is_compared_with_its_line(changed: dict[str, str], kind: str, reasons: tuple[str, ...]) -> None:
    row = [changed.get(title, cell) for title, cell in zip(HEADER, ROW, strict=True)]
    (outcome,) = compare(expected_lines(), read_rows(row)).outcomes
    assert (outcome.reference, outcome.kind, outcome.reasons) == ("KS-1", kind, reasons)


def test_outcomes_are_in_the_expected_order_and_what_is_missing_is_suspect() -> None:
    expected = expected_lines(payout_line("KS-3"), payout_line("KS-1"), payout_line("KS-2"))
    found = compare(expected, read_rows(ROW, row_with("Referensi", "KS-3")))
    assert [outcome.reference for outcome in found.outcomes] == ["KS-3", "KS-1", "KS-2"]
    assert [outcome.kind for outcome in found.outcomes] == ["matched", "matched", "suspect"]
    assert (found.outcomes[2].reasons, found.outcomes[2].row) == (("not in the bank's file",), None)
    assert found.counts == {"matched": 2, "suspect": 1}


def test_an_unknown_or_repeated_reference_refuses_the_whole_file() -> None:
    rows = read_rows(ROW, row_with("Referensi", "KS-9"), row_with("Referensi", "KS-2"), ROW)
    with pytest.raises(ResultRefused) as refused:
        compare(expected_lines(payout_line("KS-1"), payout_line("KS-2")), rows)
    assert refused.value.data == {
        "rows": [
            {"line": 2, "reference": "KS-1", "reason": "2 times in the file"},
            {"line": 3, "reference": "KS-9", "reason": "not in the batch"},
            {"line": 5, "reference": "KS-1", "reason": "2 times in the file"},
        ],
        "count": 3,
    }


def test_at_most_fifty_problems_are_listed_and_all_are_counted() -> None:
    rows = read_rows(*(row_with("Referensi", f"KS-{number}") for number in range(2, 72)))
    with pytest.raises(ResultRefused) as refused:
        compare(expected_lines(), rows)
    assert refused.value.data is not None
    assert (len(refused.value.data["rows"]), refused.value.data["count"]) == (MAX_LISTED, 70)


NAMES = st.text(min_size=1, max_size=60).filter(lambda name: any(map(str.isalnum, name)))
LINES = st.lists(
    st.builds(
        PayoutLine,
        reference=st.from_regex(r"KS-[0-9]{6}-[0-9]{6}", fullmatch=True),
        amount=st.integers(1, GENERIC.limits.line),
        bank_name=st.sampled_from(["BCA", "Bank Mandiri", "BRI", "BNI", "BSI"]),
        account_no=st.from_regex(r"[0-9]{6,15}", fullmatch=True),
        account_name=NAMES,
    ),
    min_size=1,
    max_size=20,
    unique_by=lambda line: line.reference,
)


def _answered(content: bytes, kind: str) -> bytes:
    """What a bank gives back: the rows of the file that it was sent, each with a status."""
    if kind == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    else:
        rows = [list(row) for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    answered = [[*rows[0], "Status"], *([*row, "BERHASIL"] for row in rows[1:-1]), rows[-1]]
    return csv_file(*answered, separator=",") if kind == "csv" else xlsx_file(*answered)


@given(LINES, st.sampled_from(["csv", "xlsx"]))
@settings(max_examples=60, deadline=None)
def test_what_was_sent_comes_back_matched_with_its_total(lines: list[PayoutLine], kind: Any) -> None:
    made = write(GENERIC, lines, batch="KS-1", on=date(2026, 3, 2), source_account="", kind=kind)
    rows = [row for file in made for row in read_result(_answered(file.content, kind), GENERIC)]
    outcomes = compare({line.reference: line for line in lines}, rows).outcomes
    assert [(outcome.reference, outcome.kind) for outcome in outcomes] == [
        (line.reference, "matched") for line in lines
    ]
    assert sum(row.amount for row in rows) == sum(file.total for file in made) == sum(line.amount for line in lines)
