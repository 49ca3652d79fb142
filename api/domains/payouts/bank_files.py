"""Payout lines as the files that a bank takes, laid out by its profile."""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from api.domains.bank_accounts.banks import Bank
from api.domains.payouts.bank_profiles import Cell, Column, Kind, Profile, ProfileError, load_profiles
from api.domains.payouts.errors import FileRefused
from texts import Rupiah, Text, listed, word

__all__ = ["BankFile", "PayoutLine", "Profile", "ProfileError", "load_profiles", "problems", "split", "write"]

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

_ACCOUNT_NO = re.compile(r"[0-9]{6,20}")
_FORMULA = "=+-@ "  # a spreadsheet runs text that begins so
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
_EXACT = frozenset({"reference", "amount", "account_no", "bank_code", "bank_swift", "source_account", "count", "total"})
_NUMBERS = frozenset({"{amount}", "{row}", "{count}", "{total}"})
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # a constant, so that equal batches give equal bytes
_Record = list[tuple[Cell, str]]


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One transfer of `amount` whole rupiah; `reference` is unique within a batch."""

    reference: str
    amount: int
    bank_name: str
    account_no: str
    account_name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class BankFile:
    """One file to upload, with its number of transfers and their total in rupiah."""

    name: str
    media_type: str
    content: bytes
    rows: int
    total: int

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


def problems(profile: Profile, line: PayoutLine) -> list[Text]:
    """Why a line cannot be written; empty when it can."""
    values = dict.fromkeys(Column.fields, "") | _line_values(profile, line)
    return _line_problems(profile, line) + _cell_problems(profile, profile.columns, values)


def split(profile: Profile, lines: Sequence[PayoutLine]) -> list[list[PayoutLine]]:
    """The lines in their order, in as few parts as the limits per file allow."""
    parts: list[list[PayoutLine]] = []
    total = 0
    for line in lines:
        total += line.amount
        if not parts or len(parts[-1]) == profile.limits.rows or total > profile.limits.total:
            parts.append([])
            total = line.amount
        parts[-1].append(line)
    return parts


def write(
    profile: Profile, lines: Sequence[PayoutLine], *, batch: str, on: date, source_account: str, kind: Kind
) -> list[BankFile]:
    """The files of a batch: the same bytes for the same batch.

    Raises:
        FileRefused: any line or the batch cannot be written; nothing is.
    """
    parts = split(profile, lines)
    shared = [_file_values(profile, part, batch, on, source_account) for part in parts]
    wrong = _batch_problems(profile, lines, source_account, kind)
    for values in shared:
        wrong += _cell_problems(profile, (*profile.header, *profile.trailer), values)
    wrong_lines = _wrong_lines(profile, parts, shared)
    if wrong or wrong_lines:
        counted = Text("{wrong} of {count} lines are wrong", wrong=len(wrong_lines), count=len(lines))
        faults = [*([counted] if wrong_lines else []), *dict.fromkeys(wrong)]
        raise FileRefused("the file cannot be written: {faults}", {"lines": wrong_lines}, faults=listed(faults, "; "))
    encode = {"csv": _csv, "xlsx": _xlsx}[kind]
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{batch}-{profile.key}").strip("-")
    return [
        BankFile(
            name=f"{name}-{number}-of-{len(parts)}.{kind}" if len(parts) > 1 else f"{name}.{kind}",
            media_type=MEDIA_TYPES[kind],
            content=encode(profile, _records(profile, part, values)),
            rows=len(part),
            total=sum(line.amount for line in part),
        )
        for number, (part, values) in enumerate(zip(parts, shared, strict=True), 1)
    ]


def _file_values(
    profile: Profile, part: Sequence[PayoutLine], batch: str, on: date, source_account: str
) -> dict[str, str]:
    return {
        "batch": batch,
        "date": on.strftime(profile.date_format),
        "source_account": _account_no(source_account),
        "count": str(len(part)),
        "total": _rupiah(profile, sum(line.amount for line in part)),
    }


def _rows(profile: Profile, part: Iterable[PayoutLine], shared: Mapping[str, str]) -> Iterator[dict[str, str]]:
    for number, line in enumerate(part, 1):
        yield {**shared, "row": str(number), **_line_values(profile, line)}


def _wrong_lines(
    profile: Profile, parts: Sequence[Sequence[PayoutLine]], shared: Iterable[Mapping[str, str]]
) -> list[dict[str, Any]]:
    references = Counter(line.reference for part in parts for line in part)
    wrong = []
    for part, values in zip(parts, shared, strict=True):
        for line, row in zip(part, _rows(profile, part, values), strict=True):
            found = _line_problems(profile, line) + _cell_problems(profile, profile.columns, row)
            found += [Text("the reference is in the batch more than once")] if references[line.reference] > 1 else []
            if found:
                wrong.append({"reference": line.reference, "problems": found})
    return wrong


def _records(profile: Profile, part: Iterable[PayoutLine], shared: Mapping[str, str]) -> Iterator[_Record]:
    if profile.header:
        yield _record(profile.header, shared)
    if profile.titles:
        yield [(Cell(), column.title) for column in profile.columns]
    for row in _rows(profile, part, shared):
        yield _record(profile.columns, row)
    if profile.trailer:
        yield _record(profile.trailer, shared)


def _batch_problems(profile: Profile, lines: Sequence[PayoutLine], source_account: str, kind: Kind) -> list[Text]:
    found = [] if lines else [Text("there is no line to write")]
    if kind not in profile.formats:
        formats = listed(profile.formats, " or ")
        found.append(Text("{title} takes {formats}, not {kind}", title=profile.title, formats=formats, kind=kind))
    if "source_account" in profile.used and not _ACCOUNT_NO.fullmatch(_account_no(source_account)):
        found.append(Text("the source account must have 6 to 20 digits"))
    return found


def _line_problems(profile: Profile, line: PayoutLine) -> list[Text]:
    bank, found = profile.bank_of(line.bank_name), []
    amount, most = Rupiah(line.amount), Rupiah(profile.limits.line)
    if not 0 < line.amount <= profile.limits.line:
        found.append(Text("the amount Rp{amount} is not from Rp1 to Rp{most}", amount=amount, most=most))
    elif bank is not None and profile.method(bank, line.amount) is None:
        found.append(Text("no transfer method takes Rp{amount} to {bank}", amount=amount, bank=bank.name))
    if bank is None:
        found.append(Text("no code is known for the bank {bank!r}", bank=line.bank_name))
    elif "bank_swift" in profile.used and not bank.swift:
        found.append(Text("no SWIFT code is known for the bank {bank}", bank=bank.name))
    if not _ACCOUNT_NO.fullmatch(_account_no(line.account_no)):
        found.append(Text("the account number must have 6 to 20 digits"))
    if not line.reference.strip():
        found.append(Text("the reference is empty"))
    names = [Cell(), *(column for column in profile.columns if "account_name" in column.used)]
    if not all(any(map(str.isalnum, _clean(cell, line.account_name))) for cell in names):
        found.append(Text("the account name has no letter that the bank takes"))
    return found


def _cell_problems(profile: Profile, cells: Iterable[Cell], values: Mapping[str, str]) -> list[Text]:
    found = []
    for cell in cells:
        name, text = cell.title if isinstance(cell, Column) else cell.value, _text(cell, values)
        changed = sorted(field for field in cell.used & _EXACT if values[field] not in text)
        if changed:
            fields = listed([word(field) for field in changed])
            found.append(Text("{name} would change the {fields}", name=name, fields=fields))
        if cell.max_length is not None and len(text) > cell.max_length:
            most, length = cell.max_length, len(text)
            found.append(
                Text(
                    "{name} takes {most} characters, {text!r} has {length}",
                    name=name,
                    most=most,
                    text=text,
                    length=length,
                )
            )
        try:
            text.encode(profile.encoding)
        except UnicodeEncodeError:
            encoding = profile.encoding
            found.append(
                Text("{name} cannot be written in {encoding}: {text!r}", name=name, encoding=encoding, text=text)
            )
    return found


def _line_values(profile: Profile, line: PayoutLine) -> dict[str, str]:
    bank = profile.bank_of(line.bank_name) or Bank(code="000", name=line.bank_name)
    return {
        "reference": line.reference,
        "amount": _rupiah(profile, line.amount),
        "account_no": _account_no(line.account_no),
        "account_name": line.account_name,
        "bank_name": bank.name,
        "bank_code": bank.code,
        "bank_swift": bank.swift,
        "email": line.email,
        "method": profile.method(bank, line.amount) or "",
    }


def _account_no(text: str) -> str:
    return re.sub(r"[\s.-]", "", text)


def _rupiah(profile: Profile, amount: int) -> str:
    return f"{amount}.00" if profile.amount_format == "decimals" else str(amount)


def _record(cells: Iterable[Cell], values: Mapping[str, str]) -> _Record:
    return [(cell, _text(cell, values)) for cell in cells]


def _text(cell: Cell, values: Mapping[str, str]) -> str:
    text = _clean(cell, cell.filled(values))
    text = text.lstrip(_FORMULA) if cell.used else text
    return text[: cell.max_length].rstrip() if cell.cut else text


def _clean(cell: Cell, text: str) -> str:
    """Text in the cell's charset, on one line."""
    text = unicodedata.normalize("NFKC", text)
    if cell.charset != "any":
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    if cell.charset == "upper":
        text = "".join(sign if sign in _UPPER or sign in cell.signs else " " for sign in text.upper())
    elif cell.charset == "digits":
        text = re.sub(r"[^0-9]", "", text)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _csv(profile: Profile, sheet: Iterable[_Record]) -> bytes:
    buffer = io.StringIO(newline="")
    ending = "\r\n" if profile.line_ending == "crlf" else "\n"
    writer = csv.writer(buffer, delimiter=profile.delimiter, lineterminator=ending)
    writer.writerows([text for _cell, text in record] for record in sheet)
    return buffer.getvalue().encode(profile.encoding)


def _xlsx(profile: Profile, sheet: Iterable[_Record]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet(profile.sheet)
        plain_text = book.add_format({"num_format": "@"})
        for row, record in enumerate(sheet):
            for at, (cell, text) in enumerate(record):
                if cell.value in _NUMBERS:
                    page.write_number(row, at, float(text))
                elif text:
                    page.write_string(row, at, text, plain_text)
    return buffer.getvalue()
