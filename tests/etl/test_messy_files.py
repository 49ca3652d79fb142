"""Files as people have them, through the command line: what lands, what is set aside, what is refused."""

from pathlib import Path

import pytest
from sqlalchemy import select

from queries.engine import Warehouse
from queries.schema import etl_runs, fct_orders, quarantine
from tests.etl.test_command_line import call, folder

__all__ = ["folder"]

HEADER = "nomor,toko,awb,waktu,nilai,ongkos"
MAPPING = """
name: toko
inputs:
  jual: {files: ["jual*"], columns: [nomor, toko, awb, waktu, nilai, ongkos]@INPUT@}
tables:
  dim_shipments:
    - input: jual
      columns:
        shipment_id: {value: 5}
        courier: {value: JNE}
        name: {value: JNE}
        updated_at: {value: "2022-01-01 00:00:00"}
  dim_partners:
    - input: jual
      columns:
        partner_id: {column: toko, key_of: partner}
        full_name: {column: toko}
        brand_name: {column: toko}
        email: {value: ""}
        phone: {value: ""}
        city: {value: ""}
        joined_at: {value: "2022-01-01 00:00:00"}
        problem_status: {value: 0}
        updated_at: {value: "2022-01-01 00:00:00"}
  fct_orders:
    - input: jual
      columns:
        order_id: {column: nomor, key_of: order}
        partner_id: {column: toko, key_of: partner}
        order_no: {column: nomor}
        airway_bill: {column: awb}
        courier: {value: JNE}
        payment_method: {value: COD}
        state: {value: Diajukan}
        is_retur: {value: 0}
        is_problem: {value: false}
        is_lost: {value: false}
        customer_name: {value: x}
        customer_city: {value: y}
        qty: {value: 1}
        subtotal: {column: nilai}
        discount: {value: 0}
        bare_shipping: {column: ongkos}
        service_fee: {value: 0}
        shipping_cost: {column: ongkos}
        shipping_cashback: {value: 0}
        grand_total: {column: nilai, plus: ongkos}
        net_profit: {column: nilai}
        return_shipping: {value: 0}
        created_at: {column: waktu, time_zone: Asia/Jakarta}
        updated_at: {column: waktu, time_zone: Asia/Jakarta}
"""
AT = "2022-10-05 10:00:00"


def write(folder: Path, rows: list[str], options: str = "", header: str = HEADER) -> list[str]:
    """The files of a landing; the arguments that name them."""
    files = folder / "files"
    files.mkdir(exist_ok=True)
    mapping = folder / "m.yaml"
    mapping.write_text(MAPPING.replace("@INPUT@", f", {options}" if options else ""))
    (files / "jual.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return ["--mapping", str(mapping), "--path", str(files)]


def land(place: list[str], *more: str) -> tuple[int, str]:
    return call("run", "--source", "files", *place, *more)


def landed(folder: Path) -> dict[str, int]:
    """Subtotal by number of the order."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        found = dict(connection.execute(select(fct_orders.c.order_no, fct_orders.c.subtotal)).tuples().all())
    warehouse.close()
    return found


def created(folder: Path) -> dict[str, str]:
    """Instant by number of the order."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        found = connection.execute(select(fct_orders.c.order_no, fct_orders.c.created_at)).tuples().all()
    warehouse.close()
    return {number: str(at) for number, at in found}


def aside(folder: Path, job: str = "fct_orders") -> list[tuple]:
    """Line, column, word and reason of what is set aside."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    names = ("line", "column", "word", "reason")
    with warehouse.read() as connection:
        statement = select(*[quarantine.c[name] for name in names]).where(quarantine.c.job == job)
        found = [tuple(row) for row in connection.execute(statement.order_by(quarantine.c.line)).all()]
        for run in connection.execute(select(etl_runs)).all():
            if run.rows_repeated is not None:
                parts = (run.rows_landed, run.rows_quarantined, run.rows_repeated, run.rows_dropped)
                assert run.rows_read == sum(parts)
    warehouse.close()
    return found


def order(number: str, amount: str = "150000", at: str = AT, awb: str = "", shop: str = "Satu") -> str:
    return f'{number},{shop},{awb},{at},"{amount}",9000'


@pytest.mark.parametrize(
    ("words", "amounts"),
    [
        (["150.000", "1.234.567"], [150000, 1234567]),
        (["75.500", "12,00"], [75500, 12]),
        (["75,500", "1,234,567.00"], [75500, 1234567]),
        (["Rp 150.000,-", "IDR 2.000"], [150000, 2000]),
        (["1 234 567", "\u00a0500"], [1234567, 500]),
        (["150'000", "7"], [150000, 7]),
        (["150000.00", "+20"], [150000, 20]),
    ],
)
def test_a_column_proves_its_number_format(folder: Path, words: list[str], amounts: list[int]) -> None:
    code, output = land(write(folder, [order(f"N{at}", word) for at, word in enumerate(words)]))
    assert code == 0, output
    assert landed(folder) == {f"N{at}": amount for at, amount in enumerate(amounts)}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["150.000", "75.500"], ['"150.000" (jual.csv, line 2)', 'numbers: {thousands: ".", decimal: ","}']),
        (["99,999", "500"], ['"99,999" (jual.csv, line 2)']),
        (["1.234.567", "1,234,567"], ['"1.234.567" (jual.csv, line 2)', '"1,234,567" (jual.csv, line 3)']),
        (["12,50", "12.50"], ["line 2", "line 3"]),
    ],
)
def test_a_number_format_that_is_not_proved_is_refused(folder: Path, words: list[str], named: list[str]) -> None:
    place = write(folder, [order(f"N{at}", word) for at, word in enumerate(words)])
    code, output = land(place)
    assert code == 1
    assert all(each in output for each in ["column nilai", *named]), output


@pytest.mark.parametrize(
    ("words", "amounts"), [(["150.000", "75.500"], [150000, 75500]), (["1.500", "500"], [1500, 500])]
)
def test_the_number_format_that_a_refusal_proposes_reads_the_words(
    folder: Path, words: list[str], amounts: list[int]
) -> None:
    rows = [order(f"N{at}", word) for at, word in enumerate(words)]
    code, output = land(write(folder, rows))
    assert code == 1
    (line,) = {each.strip() for each in output.splitlines() if each.strip().startswith("numbers: ")}
    assert land(write(folder, rows, line))[0] == 0
    assert landed(folder) == {f"N{at}": amount for at, amount in enumerate(amounts)}


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("(500)", "not a number"),
        ("inf", "not a number"),
        ("nan", "not a number"),
        ("1e5", "not a number"),
        ("0x1F", "not a number"),
        ("1_000", "not a number"),
        ("150000,50", "not a whole number"),
        ("9007199254740993", "the number is too large"),
        ("99999999999999999999", "the number is too large"),
        ("150,000", "not in the number format of this column"),
        ("150000.50", "not in the number format of this column"),
    ],
)
def test_a_word_that_does_not_fit_sets_its_row_aside(folder: Path, word: str, reason: str) -> None:
    options = 'numbers: {thousands: ".", decimal: ","}'
    code, output = land(write(folder, [order("A"), order("B", word)], options))
    assert code == 3, output
    assert "1 row is set aside" in output
    assert landed(folder) == {"A": 150000}
    assert aside(folder) == [(3, "nilai", word, reason)]


@pytest.mark.parametrize("name", ["NA", "null", "None", "n/a", "NaN", "NULL", "-"])
def test_only_an_empty_field_is_missing(folder: Path, name: str) -> None:
    assert land(write(folder, [order("A", shop=name), order(name)]))[0] == 0
    assert set(landed(folder)) == {"A", name}
    assert (
        land(write(folder, [order("A", shop=name), order(name)], f'missing_words: ["{name}"]'), "--allow-shrink")[0]
        != 0
    )


@pytest.mark.parametrize(
    ("word", "instant"),
    [
        ("2022-10-05T00:00:00Z", "2022-10-05 00:00:00"),
        ("2022-10-05T00:00:00+07:00", "2022-10-04 17:00:00"),
        ("5 Okt 2022", "2022-10-04 17:00:00"),
        ("5 Agustus 2022 10:00", "2022-08-05 03:00:00"),
        ("Oct 5, 2022 3:04 PM", "2022-10-05 08:04:00"),
        ("05/10/2022 10.30 WIB", "2022-10-05 03:30:00"),
        ("2022/10/05 24:00", None),
        ("2022", None),
        ("2022-10", None),
        ("20221005", None),
        ("44839", None),
        ("2022-13-05", None),
        ("30/02/2022", None),
        ("1999-01-01", None),
        ("1999-12-31 23:59", None),
        ("2000-01-01 03:00", "1999-12-31 20:00:00"),
        ("2100-12-31 23:59:59", "2100-12-31 16:59:59"),
    ],
)
def test_each_instant_is_read_by_what_it_says(folder: Path, word: str, instant: str | None) -> None:
    rows = [order("P", at="25/12/2022"), order("A", at=f'"{word}"')]
    assert land(write(folder, rows))[0] == (3 if instant is None else 0)
    warehouse = Warehouse(folder / "warehouse.duckdb")
    with warehouse.read() as connection:
        found = connection.scalar(select(fct_orders.c.created_at).where(fct_orders.c.order_no == "A"))
    warehouse.close()
    assert (None if found is None else str(found)) == instant
    assert [row[:3] for row in aside(folder)] == ([] if instant else [(3, "waktu", word)])


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["05/10/2022"], 'dates: ["%d/%m/%Y"]'),
        (["2022-10-05", "01-02-2022"], 'dates: ["%d/%m/%Y"]'),
        (["05.10.2022 09:30"], 'dates: ["%d/%m/%Y"]'),
        (["25/12/2022", "12/25/2022"], 'dates: ["%d/%m/%Y"]'),
        (["44839", "44840.5"], "dates: [excel]"),
        (["05/10/22"], 'dates: ["%d/%m/%y"]'),
        (["05-10-22 10:00"], 'dates: ["%d-%m-%y"]'),
        (["5-Okt-22", "6-Des-22"], 'dates: ["%d-%b-%y"]'),
        (["5 Mei 22"], 'dates: ["%d %b %y"]'),
    ],
)
def test_the_order_of_day_and_month_is_not_guessed(folder: Path, words: list[str], line: str) -> None:
    rows = [order(f"N{at}", at=word) for at, word in enumerate(words)]
    code, output = land(write(folder, rows))
    assert code == 1
    assert line in output
    assert "column waktu" in output
    if not output.count("two formats"):
        # the line that is to be added reads the words that asked for it
        code, output = land(write(folder, rows, line))
        assert code == 0, output
        assert set(landed(folder)) == {f"N{at}" for at in range(len(words))}


@pytest.mark.parametrize(
    ("word", "instant"),
    [
        ("44839", "2022-10-04 17:00:00"),
        ("44839.75", "2022-10-05 11:00:00"),
        ("44839,0000115741", "2022-10-04 17:00:01"),
        ("36526", "1999-12-31 17:00:00"),
        ("73415", "2100-12-30 17:00:00"),
    ],
)
def test_days_of_excel_are_read_where_the_mapping_says_so(folder: Path, word: str, instant: str) -> None:
    assert land(write(folder, [order("A", at=f'"{word}"')], "dates: [excel]"))[0] == 0
    assert created(folder) == {"A": instant}


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("2022-10-05 24:00", "no such day or time"),
        ("2022-10-05 10:60:00", "no such day or time"),
        ("29 Feb 2023", "no such day or time"),
        ("2022-10-05 13:00 PM", "no such day or time"),
        ("2022-10-05 10:00 PST", "not in a date format of this column"),
        ("5 Oktober 2022 10:00 pagi", "not in a date format of this column"),
        ("2022-10-05 10", "not in a date format of this column"),
        ("kemarin", "not a date or time"),
    ],
)
def test_a_date_that_is_none_says_why(folder: Path, word: str, reason: str) -> None:
    assert land(write(folder, [order("A"), order("B", at=word)]))[0] == 3
    assert aside(folder) == [(3, "waktu", word, reason)]


@pytest.mark.parametrize(
    "word", ["1.23457E+17", "1,23457E+17", "8.9E+15", "1.23457e+17", "8e+15", "1.23457E17", "-2.5e+16"]
)
def test_a_number_that_excel_rounded_is_set_aside(folder: Path, word: str) -> None:
    rows = [order("A", awb="0012345678901234567"), order("B", awb=f'"{word}"')]
    assert land(write(folder, rows))[0] == 3
    assert aside(folder) == [(3, "awb", word, "Excel has rounded this number; format the column as text")]


@pytest.mark.parametrize("rows", [[], [order("A")], [order("A", "abc"), order("B", "abc"), order("C", "abc")]])
def test_a_smaller_file_removes_nothing_unless_told(folder: Path, rows: list[str]) -> None:
    place = write(folder, [order(name) for name in "ABC"])
    assert land(place)[0] == 0
    write(folder, rows)
    code, output = land(place)
    assert code == 1
    assert "of 3 rows of fct_orders" in output
    assert "--allow-shrink" in output
    assert set(landed(folder)) == {"A", "B", "C"}
    land(place, "--allow-shrink")
    assert set(landed(folder)) <= {"A"}


def test_a_header_alone_says_that_there_are_no_rows(folder: Path) -> None:
    code, output = land(write(folder, []))
    assert (code, "nothing was landed, since the source holds no rows" in output) == (1, True), output


@pytest.mark.parametrize("again", [HEADER.upper(), HEADER.title(), " , ".join(HEADER.split(",")), f"{HEADER},,"])
def test_a_header_is_known_again_in_other_capitals_and_spaces(folder: Path, again: str) -> None:
    assert land(write(folder, [order("A"), again, order("B")]))[0] == 0
    assert set(landed(folder)) == {"A", "B"}
    assert aside(folder, "dim_partners") == []
