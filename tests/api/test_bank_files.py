"""Payout lines as bank files: layouts, limits, equal bytes, and what is refused."""

import hashlib
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from api.domains.bank_accounts.banks import BanksError, bank_key
from api.domains.payouts.bank_files import (
    BankFile,
    PayoutLine,
    Profile,
    ProfileError,
    load_profiles,
    problems,
    split,
    write,
)
from api.domains.payouts.bank_profiles import BUILT_IN
from api.domains.payouts.errors import FileRefused

PROFILES = load_profiles()
GENERIC = PROFILES["generic"]
LINES = [
    PayoutLine("KS-000123-000456", 1_500_000, "Bank Mandiri", "001-234.56 78", "José, PT Ñandú", "jose@toko.test"),
    PayoutLine("KS-000123-000457", 250_000_001, "PT Bank Central Asia Tbk", "0012345678", "Ani Wijaya"),
    PayoutLine("KS-000123-000458", 250_000_000, "BRI", "002301000123456", "Budi"),
]
GOLDEN = {
    "generic": (
        "\ufeffNo,Referensi,Tanggal,Metode,Kode Bank,Bank,No Rekening,Nama Penerima,Nominal,Email\r\n"
        '1,KS-000123-000456,2026-03-02,BI-FAST,008,Mandiri,0012345678,"José, PT Ñandú",1500000,jose@toko.test\r\n'
        "2,KS-000123-000457,2026-03-02,RTGS,014,BCA,0012345678,Ani Wijaya,250000001,\r\n"
        "3,KS-000123-000458,2026-03-02,BI-FAST,002,BRI,002301000123456,Budi,250000000,\r\n"
        "TOTAL,,,,,,,3 transfer,501500001\r\n"
    ),
    "bca": (
        "Transaction ID,Transfer Type,Debited Account,Credited Account,Amount,Currency,Charges Type,Charges Account,"
        "Remarks 1,Remarks 2,Rcv Bank Code,Rcv Bank Name,Rcv Name,Customer Type,Customer Residence,Transaction Code,"
        "Beneficiary Email\r\n"
        "KS-000123-000456,BIF,1234567890,0012345678,1500000.00,IDR,OUR,1234567890,KS-20260302-1,,BMRIIDJA,MANDIRI,"
        "JOSE PT NANDU,1,1,88,jose@toko.test\r\n"
        "KS-000123-000457,BCA,1234567890,0012345678,250000001.00,IDR,OUR,1234567890,KS-20260302-1,,CENAIDJA,BCA,"
        "ANI WIJAYA,1,1,88,\r\n"
        "KS-000123-000458,BIF,1234567890,002301000123456,250000000.00,IDR,OUR,1234567890,KS-20260302-1,,BRINIDJA,BRI,"
        "BUDI,1,1,88,\r\n"
    ),
    "mandiri": (
        "P,20260302,1234567890,3,501500001\r\n"
        "0012345678,JOSE PT NANDU,,,,IDR,1500000,KS-000123-000456 KS-20260302-1,KS-000123-000456,IBU,BMRIIDJA,MANDIRI,"
        ",,,,N\r\n"
        "0012345678,ANI WIJAYA,,,,IDR,250000001,KS-000123-000457 KS-20260302-1,KS-000123-000457,RBU,CENAIDJA,BCA,"
        ",,,,N\r\n"
        "002301000123456,BUDI,,,,IDR,250000000,KS-000123-000458 KS-20260302-1,KS-000123-000458,BAU,BRINIDJA,BRI,"
        ",,,,N\r\n"
    ),
}


def _write(
    profile: Profile, lines: list[PayoutLine], kind: Any = "csv", source_account: str = "123-456-7890"
) -> list[BankFile]:
    return write(profile, lines, batch="KS-20260302-1", on=date(2026, 3, 2), source_account=source_account, kind=kind)


def _line(number: int = 1, **changed: Any) -> PayoutLine:
    fields: dict[str, Any] = {
        "reference": f"KS-000001-{number:06d}",
        "amount": 10_000,
        "bank_name": "BCA",
        "account_no": "0012345678",
        "account_name": "Ani",
    }
    return PayoutLine(**fields | changed)


def _changed(profile: Profile, **changed: Any) -> Profile:
    """The profile with other values, checked as if they had been in its file."""
    return Profile.model_validate(profile.model_dump() | changed)


def _limited(**limits: int) -> Profile:
    return _changed(GENERIC, limits=GENERIC.limits.model_dump() | limits)


@pytest.mark.parametrize("key", sorted(GOLDEN))
def test_the_csv_of_each_profile_is_as_laid_out(key: str) -> None:
    (made,) = _write(PROFILES[key], LINES)
    assert made.content.decode() == GOLDEN[key]
    assert (made.name, made.media_type) == (f"KS-20260302-1-{key}.csv", "text/csv")
    assert (made.rows, made.total) == (3, 501_500_001)
    assert made.sha256 == hashlib.sha256(made.content).hexdigest()


def test_every_built_in_profile_has_a_golden_file() -> None:
    assert set(PROFILES) == set(GOLDEN)


@pytest.mark.parametrize("key", ["generic", "bca"])
def test_leading_zeros_survive_in_xlsx_and_amounts_are_numbers(key: str) -> None:
    (made,) = _write(PROFILES[key], LINES, "xlsx")
    sheet = load_workbook(io.BytesIO(made.content))["Data"]
    titles = [cell.value for cell in sheet[1]]
    account = {"generic": "No Rekening", "bca": "Credited Account"}[key]
    amount = {"generic": "Nominal", "bca": "Amount"}[key]
    cells = [row[titles.index(account)] for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert [cell.value for cell in cells] == ["0012345678", "0012345678", "002301000123456"]
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    amounts = [row[titles.index(amount)].value for row in sheet.iter_rows(min_row=2, max_row=4)]
    assert amounts == [1_500_000, 250_000_001, 250_000_000]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_batch_gives_the_same_bytes(kind: str) -> None:
    first, second = _write(GENERIC, LINES, kind), _write(GENERIC, LINES, kind)
    assert [made.sha256 for made in first] == [made.sha256 for made in second]


def test_an_xlsx_holds_no_time_of_writing() -> None:
    (made,) = _write(GENERIC, LINES, "xlsx")
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb">(\d{4}-\d\d-\d\dT[^<]+)<", archive.read("docProps/core.xml"))
    assert set(times) == {b"2000-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("amounts", "limits", "expected"),
    [
        ([1, 1, 1, 1], {"rows": 2}, [2, 2]),
        ([1, 1, 1, 1, 1], {"rows": 2}, [2, 2, 1]),
        ([40, 60, 1], {"total": 100, "line": 100}, [2, 1]),
        ([40, 61, 39], {"total": 100, "line": 100}, [1, 2]),
        ([100, 100], {"total": 100, "line": 100}, [1, 1]),
        ([50, 50, 50], {"rows": 2, "total": 1000, "line": 100}, [2, 1]),
        ([], {}, []),
    ],
)
def test_lines_are_split_in_order_on_the_edge_of_a_limit(
    amounts: list[int], limits: dict[str, int], expected: list[int]
) -> None:
    lines = [_line(number, amount=amount) for number, amount in enumerate(amounts)]
    parts = split(_limited(**limits), lines)
    assert [len(part) for part in parts] == expected
    assert [line for part in parts for line in part] == lines


def test_each_part_has_its_own_name_rows_and_total() -> None:
    made = _write(_limited(rows=2), LINES)
    assert [each.name for each in made] == ["KS-20260302-1-generic-1-of-2.csv", "KS-20260302-1-generic-2-of-2.csv"]
    assert [(each.rows, each.total) for each in made] == [(2, 251_500_001), (1, 250_000_000)]
    assert made[1].content.decode().splitlines()[1].startswith("1,KS-000123-000458,")
    assert made[1].content.decode().endswith("TOTAL,,,,,,,1 transfer,250000000\r\n")


@pytest.mark.parametrize("name", ["=1+1", "+62 Ani", "-Ani", "@SUM(A1)", "\t=1+1", "\r\n-1", " \t+ =-@Ani", "＝1+1"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_name_never_begins_as_a_formula(name: str, kind: str) -> None:
    (made,) = _write(GENERIC, [_line(account_name=name, email="@x.test")], kind)
    if kind == "csv":
        cells = made.content.decode("utf-8-sig").splitlines()[1].split(",")
    else:
        sheet = load_workbook(io.BytesIO(made.content))["Data"]
        assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
        cells = [str(cell.value) for cell in sheet[2] if cell.value is not None]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_no_value_breaks_a_line_or_a_cell() -> None:
    (made,) = _write(GENERIC, [_line(account_name='Ani\r\nP,1 "x"\u2028y')])
    assert len(made.content.decode().splitlines()) == 3
    assert '"Ani P,1 ""x"" y"' in made.content.decode()


def test_the_xlsx_of_a_formula_has_no_formula_cell() -> None:
    (made,) = _write(GENERIC, [_line(account_name='=HYPERLINK("http://x.test")')], "xlsx")
    sheet = load_workbook(io.BytesIO(made.content))["Data"]
    assert sheet["H2"].value == 'HYPERLINK("http://x.test")'


@pytest.mark.parametrize(
    ("key", "changed", "expected"),
    [
        ("generic", {"amount": 0}, "the amount Rp0 is not from Rp1 to Rp10000000000"),
        ("generic", {"amount": -5}, "the amount Rp-5 is not from"),
        ("generic", {"amount": 10_000_000_001}, "the amount Rp10000000001 is not from"),
        ("generic", {"bank_name": "Bank Antah"}, "no code is known for the bank 'Bank Antah'"),
        ("generic", {"account_no": "12345"}, "6 to 20 digits"),
        ("generic", {"account_no": "1" * 21}, "6 to 20 digits"),
        ("generic", {"account_no": "12345678x"}, "6 to 20 digits"),
        ("generic", {"account_no": "١٢٣٤٥٦٧"}, "6 to 20 digits"),
        ("generic", {"account_name": " \t"}, "the account name has no letter"),
        ("generic", {"account_name": "=-@"}, "the account name has no letter"),
        ("bca", {"account_name": "李明"}, "the account name has no letter"),
        ("generic", {"reference": " "}, "the reference is empty"),
        ("bca", {"reference": "KS-1/2"}, "Transaction ID would change the reference"),
        ("bca", {"reference": "KS-20260302-1-00001"}, "Transaction ID takes 18 characters"),
        ("mandiri", {"reference": "ks-1"}, "Customer Ref No would change the reference"),
        ("generic", {"email": "x" * 101}, "Email takes 100 characters"),
    ],
)
def test_a_line_that_cannot_be_written_says_why(key: str, changed: dict[str, Any], expected: str) -> None:
    found = problems(PROFILES[key], _line(**changed))
    assert [problem for problem in found if expected in problem], found


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("generic", {"amount": 10_000_000_000}),
        ("generic", {"account_no": "123456"}),
        ("generic", {"account_no": "1" * 20}),
        ("generic", {"account_name": "李明"}),
        ("bca", {"account_name": "A" * 90, "bank_name": "bank mandiri (persero)"}),
        ("bca", {"reference": "KS-000123-00000456"}),
    ],
)
def test_a_line_on_the_edge_can_be_written(key: str, changed: dict[str, Any]) -> None:
    assert problems(PROFILES[key], _line(**changed)) == []


def test_no_method_takes_the_amount() -> None:
    profile = _changed(GENERIC, methods={"others": [{"code": "BI-FAST", "up_to": 250_000_000}]})
    assert problems(profile, _line(amount=250_000_001)) == ["no transfer method takes Rp250000001 to BCA"]
    assert problems(profile, _line(amount=250_000_000)) == []


def test_text_that_the_encoding_lacks_is_a_problem() -> None:
    found = problems(_changed(GENERIC, encoding="cp1252"), _line(account_name="Łukasz"))
    assert found == ["Nama Penerima cannot be written in cp1252: 'Łukasz'"]


def test_one_wrong_line_refuses_the_whole_file_and_every_wrong_line_is_listed() -> None:
    lines = [_line(1), _line(2, amount=0), _line(3, bank_name="Antah", account_no="1"), _line(4), _line(4)]
    with pytest.raises(FileRefused) as refused:
        _write(GENERIC, lines)
    assert refused.value.data is not None
    listed = {each["reference"]: each["problems"] for each in refused.value.data["lines"]}
    assert list(listed) == ["KS-000001-000002", "KS-000001-000003", "KS-000001-000004"]
    assert len(listed["KS-000001-000003"]) == 2
    assert listed["KS-000001-000004"] == ["the reference is in the batch more than once"]
    assert "4 of 5 lines are wrong" in refused.value.message


@pytest.mark.parametrize(
    ("key", "lines", "kind", "source_account", "expected"),
    [
        ("generic", [], "csv", "1234567890", "there is no line"),
        ("mandiri", LINES, "xlsx", "1234567890", "takes csv, not xlsx"),
        ("bca", LINES, "csv", "12", "the source account must have 6 to 20 digits"),
    ],
)
def test_a_batch_that_cannot_be_written_is_refused(
    key: str, lines: list[PayoutLine], kind: str, source_account: str, expected: str
) -> None:
    with pytest.raises(FileRefused, match=expected):
        _write(PROFILES[key], lines, kind, source_account)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("BCA", "014"),
        ("Bank Mandiri", "008"),
        ("BNI", "009"),
        ("bank rakyat indonesia", "002"),
        ("CIMB NIAGA", "022"),
        ("PermataBank", "013"),
        ("Danamon", "011"),
        ("BTN", "200"),
        ("BSI", "451"),
        ("BCA Syariah", "536"),
    ],
)
def test_banks_are_known_by_name_and_alias(name: str, code: str) -> None:
    found = GENERIC.bank_of(name)
    assert found is not None
    assert found.code == code
    assert bank_key(f"PT. {name} (Persero), Tbk") == bank_key(name)


def _extra(folder: Path, **changed: Any) -> Path:
    data = yaml.safe_load((BUILT_IN / "generic.yaml").read_text(encoding="utf-8"))
    (folder / "own.yaml").write_text(yaml.safe_dump(data | changed), encoding="utf-8")
    return folder


def test_a_deployment_adds_profiles_and_banks(tmp_path: Path) -> None:
    (tmp_path / "bank_codes.yaml").write_text('- {code: "600", name: BPR Komship}\n', encoding="utf-8")
    loaded = load_profiles(_extra(tmp_path, title="Own"))
    assert set(loaded) == {*PROFILES, "own"}
    assert loaded["own"].title == "Own"
    assert problems(loaded["bca"], _line(bank_name="BPR Komship")) == [
        "no SWIFT code is known for the bank BPR Komship"
    ]
    assert problems(loaded["own"], _line(bank_name="Bank BPR Komship")) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"limits": {"rows": 0, "total": 5, "line": 5}}, "limits.rows: must be greater than 0"),
        ({"limits": {"rows": 1, "total": 5, "line": 6}}, "limits: line must not be more than total"),
        ({"formats": ["pdf"]}, "formats.0: must be 'csv' or 'xlsx'"),
        ({"delimiter": ":"}, "delimiter: must be"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"columns": [{"title": "A", "value": "{amount} {secret}"}]}, "columns.0: '{amount} {secret}' must use only"),
        ({"columns": [{"title": "A", "value": "{amount.real}"}]}, "columns.0: '{amount.real}' must use only"),
        ({"columns": [{"title": "A", "value": "{amount}"}]}, "columns must use the fields account_no, reference"),
        ({"trailer": [{"value": "{reference}"}]}, "trailer.0: '{reference}' must use only these fields"),
        ({"bank": {"name": "Antah"}}, "bank.name must be one of bank_codes.yaml, not 'Antah'"),
        ({"key": "other"}, "key: must not be in the file"),
        ({"methods": {"others": []}}, "methods.others"),
    ],
)
def test_a_wrong_profile_is_named_with_its_field(tmp_path: Path, changed: dict[str, Any], expected: str) -> None:
    with pytest.raises(ProfileError) as refused:
        load_profiles(_extra(tmp_path, **changed))
    assert f"{tmp_path / 'own.yaml'}: " in str(refused.value)
    assert expected in str(refused.value)


@pytest.mark.parametrize(
    ("field", "words"), [("paid", ["Sukses", "GAGAL!"]), ("failed", ["Gagal", "berhasil"]), ("paid", ["--"])]
)
def test_a_status_word_means_one_thing(tmp_path: Path, field: str, words: list[str]) -> None:
    result = GENERIC.result.model_dump() | {field: words}
    with pytest.raises(ProfileError, match=r"own\.yaml: result: each word must stand in one place"):
        load_profiles(_extra(tmp_path, result=yaml.safe_load(yaml.safe_dump(_lists(result)))))


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(each) for key, each in value.items()}
    return [*value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("content", [b"title: [", b"\xff\xfe\x00", b"- a list", b"", b"!!python/object:os.system {}"])
def test_a_file_that_is_no_profile_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.yaml").write_bytes(content)
    with pytest.raises(ProfileError, match=r"own\.yaml: "):
        load_profiles(tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("- {code: 014, name: BCA}", "0.code: must be a valid string"),
        ('- {code: "14", name: BCA}', "0.code: String should match pattern"),
        ('- {code: "600", name: A}\n- {code: "601", name: B, aliases: [Bank A]}', "'Bank A' must be the name or alias"),
    ],
)
def test_a_wrong_bank_code_is_named(tmp_path: Path, content: str, expected: str) -> None:
    (tmp_path / "bank_codes.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BanksError) as refused:
        load_profiles(tmp_path)
    assert "bank_codes.yaml: " in str(refused.value)
    assert expected in str(refused.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="nowhere: must be a folder"):
        load_profiles(tmp_path / "nowhere")
