"""The bank's result file, read by its content, and compared with what was sent."""

import contextlib
import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Literal

from api.domains.bank_accounts.banks import plain
from api.domains.payouts.bank_files import PayoutLine, Profile
from api.domains.payouts.bank_profiles import MOST_RUPIAH, ResultHeaders, ResultLayout
from api.domains.payouts.errors import ResultRefused, Unreadable
from api.kernel.files.sheets import MAX_COLUMNS, Row, tables
from texts import Rupiah, Text

MAX_PREAMBLE = 30
MAX_LISTED = 50

Status = Literal["paid", "failed", "unknown"]
OutcomeKind = Literal["matched", "failed", "mismatched", "suspect"]

_SUMS = frozenset({"", "total", "grand total", "sub total", "subtotal", "jumlah", "total nominal", "total amount"})
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+(?:,([0-9]{1,2}))?|(?:,[0-9]{3})+(?:\.([0-9]{1,2}))?)",
)
_PLAIN = re.compile(r"[0-9]+(?:[.,]([0-9]{1,2}))?")
_CURRENCY = re.compile(r"^(?:rp|idr)\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where each field's column is, and how many titles there are."""

    columns: dict[str, int]
    width: int


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of the result file; `amount` in rupiah, `status` in the bank's words.

    `account_numeric`: the account number came as a number, so that leading zeros may be lost.
    """

    line: int
    reference: str
    amount: int
    account_no: str | None
    account_name: str | None
    outcome: Status
    message: str
    status: str = ""
    account_numeric: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the file says of one payout line; `row` is None when it says nothing."""

    reference: str
    kind: OutcomeKind
    reasons: tuple[str, ...]  # texts; the bank's own words are plain
    row: ResultRow | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One outcome per expected line, in their order."""

    outcomes: tuple[Outcome, ...]

    @property
    def counts(self) -> dict[OutcomeKind, int]:
        """How many of each kind."""
        return dict(Counter(outcome.kind for outcome in self.outcomes))


def read_result(content: bytes, profile: Profile) -> list[ResultRow]:
    """The rows of a CSV or XLSX file, whatever its name says.

    Raises:
        ResultRefused: empty, too large, of another kind, damaged, without the header row, or with a row that cannot be
            read.
    """
    layout = profile.result
    for rows in tables(content):
        header = _find_header(rows, layout.headers)
        if header is not None:
            return _read_rows(rows, header, layout)
    titles = "; ".join(
        f"{name}: {', '.join(getattr(layout.headers, name))}" for name in ("reference", "amount", "status")
    )
    raise ResultRefused(
        "none of the first {rows} rows is a header with a title for each of {titles}",
        rows=MAX_PREAMBLE,
        titles=titles,
    )


def compare(expected: Mapping[str, PayoutLine], rows: Sequence[ResultRow]) -> Comparison:
    """What the rows say of each expected line, by its reference.

    Raises:
        ResultRefused: a row is of no line of the batch, or two rows are of the same one; the whole file is refused.
    """
    seen = Counter(row.reference for row in rows)
    problems = [
        _problem(row.line, row.reference, _repeated(seen[row.reference]) if is_known else Text("not in the batch"))
        for row in rows
        if not (is_known := row.reference in expected) or seen[row.reference] > 1
    ]
    _refuse(problems, Text("are not in the batch or are repeated"))
    found = {row.reference: row for row in rows}
    return Comparison(tuple(_outcome(reference, line, found.get(reference)) for reference, line in expected.items()))


def _repeated(times: int) -> Text:
    return Text("{times} times in the file", times=times)


def _outcome(reference: str, line: PayoutLine, row: ResultRow | None) -> Outcome:
    if row is None:
        return Outcome(reference, "suspect", (Text("not in the bank's file"),), None)
    reasons = []
    if row.amount != line.amount:
        said, sent = Rupiah(row.amount), Rupiah(line.amount)
        reasons.append(Text("the bank says Rp{said}, the batch Rp{sent}", said=said, sent=sent))
    if row.account_no is not None and not _is_same_account(row, line.account_no):
        reasons.append(
            Text("the bank says account {said}, the batch {sent}", said=row.account_no, sent=line.account_no)
        )
    if row.outcome == "unknown":
        return Outcome(reference, "suspect", (Text("unknown status {status!r}", status=row.status), *reasons), row)
    if reasons:
        return Outcome(reference, "mismatched", tuple(reasons), row)
    if row.outcome == "failed":
        return Outcome(reference, "failed", (row.message or row.status,), row)
    return Outcome(reference, "matched", (), row)


def _is_same_account(row: ResultRow, expected: str) -> bool:
    found, wanted = (re.sub(r"[^0-9]", "", text) for text in (row.account_no or "", expected))
    return found == wanted or (row.account_numeric and found.lstrip("0") == wanted.lstrip("0"))


def _find_header(rows: Iterator[Row], headers: ResultHeaders) -> _Header | None:
    """Read up to the header row; None when there is none."""
    for _number, cells in _readable(islice(rows, MAX_PREAMBLE)):
        titles = [plain(_text(cell)) for cell in cells[:MAX_COLUMNS]]
        columns = {}
        for field, synonyms in headers:
            known = [title for title in map(plain, synonyms) if title in titles]
            if known:
                columns[field] = titles.index(known[0])
        if {"reference", "amount", "status"} <= columns.keys():
            twice = [cells[at] for at in columns.values() if titles.count(titles[at]) > 1]
            if twice:
                raise ResultRefused(
                    "the result file has two columns {title!r}; remove the one that is not meant", title=twice[0]
                )
            return _Header(columns, len(titles))
    return None


def _readable(rows: Iterator[Row]) -> Iterator[Row]:
    """Up to the first row that is no CSV by this separator."""
    with contextlib.suppress(csv.Error):
        yield from rows


def _read_rows(rows: Iterator[Row], header: _Header, layout: ResultLayout) -> list[ResultRow]:
    outcomes: dict[str, Status] = {plain(word): "failed" for word in layout.failed}
    outcomes |= {plain(word): "paid" for word in layout.paid}
    read, problems = [], []
    for number, row in _well_formed(rows):
        cells = {field: row[at] if at < len(row) else None for field, at in header.columns.items()}
        if _is_note(cells):
            continue
        reference = _text(cells["reference"]).lstrip("'")
        try:
            if any(_text(cell) for cell in row[header.width :]):
                raise Unreadable("more cells than the header has titles")
            read.append(_result_row(number, reference, cells, outcomes))
        except Unreadable as error:
            problems.append(_problem(number, reference, error.text))
    _refuse(problems, Text("cannot be read"))
    if not read:
        raise ResultRefused("the result file has a header but no rows")
    return read


def _well_formed(rows: Iterator[Row]) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in rows:
            yield number, cells
    except csv.Error as error:
        raise ResultRefused(
            "the result file cannot be read after line {number}: {error}", number=number, error=error
        ) from None


def _is_note(cells: Mapping[str, Any]) -> bool:
    """A blank row, a remark or a sum: without status and account, and without amount or of no transfer."""
    if _text(cells["status"]) or _text(cells.get("account_no")):
        return False
    return not _text(cells["amount"]) or plain(_text(cells["reference"])) in _SUMS


def _result_row(number: int, reference: str, cells: Mapping[str, Any], outcomes: Mapping[str, Status]) -> ResultRow:
    if not reference:
        raise Unreadable("the reference is missing")
    status = _text(cells["status"])
    account_no, is_numeric = _account_no(cells.get("account_no"))
    return ResultRow(
        line=number,
        reference=reference,
        amount=_rupiah(cells["amount"]),
        account_no=account_no,
        account_name=_text(cells.get("account_name")) or None,
        outcome=outcomes.get(plain(status), "unknown"),
        message=_text(cells.get("message")),
        status=status,
        account_numeric=is_numeric,
    )


def _rupiah(value: Any) -> int:
    """Whole rupiah from a number or text; 1.234 is one thousand, as rupiah have no sen here."""
    if isinstance(value, (bool, date)):
        raise Unreadable("the amount {value} is no number", value=value)
    if isinstance(value, (int, float)):
        if not math.isfinite(value) or value != int(value):
            raise Unreadable("the amount {value} is not whole rupiah", value=value)
        amount = int(value)
    else:
        amount = _written_rupiah(_text(value))
    if not 0 <= amount <= MOST_RUPIAH:
        raise Unreadable("the amount {value} is negative or too large", value=value)
    return amount


def _written_rupiah(text: str) -> int:
    bare = re.sub(r"[.,]-$", "", _CURRENCY.sub("", text))
    if bare.startswith(("-", "(", "\u2212")) or bare.endswith("-"):
        raise Unreadable("the amount {text!r} is negative", text=text)
    match = _GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)
    if match is None or len(bare) > 25:
        raise Unreadable("the amount {text!r} is no number", text=text) if text else Unreadable("the amount is missing")
    fraction = next(filter(None, match.groups()), "")
    if fraction.strip("0"):
        raise Unreadable("the amount {text!r} is not whole rupiah", text=text)
    return int(re.sub(r"[.,]", "", bare.removesuffix(fraction) if fraction else bare))


def _account_no(value: Any) -> tuple[str | None, bool]:
    """The digits, and whether they came as a number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if not math.isfinite(value) or not 0 <= value <= MOST_RUPIAH or value != int(value):
            raise Unreadable(
                "the account number {value} was rounded by the spreadsheet; save its column as text", value=value
            )
        return str(int(value)), True
    text = _text(value)
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", text, re.IGNORECASE):
        raise Unreadable("the account number {text} was rounded by a spreadsheet; download the file again", text=text)
    if re.fullmatch(r"[0-9]+\.0", text):
        return text.removesuffix(".0"), True
    return re.sub(r"[^0-9]", "", text) or text or None, False


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


def _problem(line: int, reference: str, reason: Text) -> dict[str, Any]:
    return {"line": line, "reference": reference, "reason": reason}


def _refuse(problems: Sequence[dict[str, Any]], fault: Text) -> None:
    if problems:
        first = Text("line {line} {reference!r}: {reason}", **problems[0])
        raise ResultRefused(
            "nothing was taken over: {count} rows {fault}; {first}",
            {"rows": list(problems[:MAX_LISTED]), "count": len(problems)},
            count=len(problems),
            fault=fault,
            first=first,
        )
