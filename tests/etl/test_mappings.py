"""Mappings: wrong ones are named with their line; a preview writes nothing; a first one is inferred."""

import re
from pathlib import Path

import pytest

from etl.sources.mapping import MappingError, load_mapping
from tests.etl.test_command_line import call, folder
from tests.etl.test_messy_files import land, landed, order, write

__all__ = ["folder"]


QTY = "qty: {value: 1}"
STATE = "state: {value: Diajukan}"
CREATED = "created_at: {column: waktu, time_zone: Asia/Jakarta}"
PART = "  fct_orders:\n    - input: jual\n"
INPUT = "nilai, ongkos]}"


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("fct_orders:", "fct_order:", "unknown table; known are dim_partners, "),
        ("subtotal: {column: nilai}", "subtotal: {column: nila}", "no column nila; there are nomor, toko, awb"),
        ("subtotal: {column: nilai}", "subtotle: {column: nilai}", "no such column in fct_orders; there are order_id"),
        ("columns: [nomor,", "columns: [nomr,", "no column nomr (is it nomor?); line 1 has nomor, toko"),
        ("- input: jual", "- input: beli", "no input beli; there are jual"),
        ("time_zone: Asia/Jakarta", "time_zone: Mars/Base", "unknown time zone 'Mars/Base'"),
        ("subtotal: {column: nilai}", "subtotal: {column: nilai, key_of: order}", "key_of makes ids"),
        ("tables:\n", "tabels:\n", "tabels: unknown word; known here are inputs, name, tables (is it tables?)"),
        (QTY, "qty: {value: one}", "'one' must be a whole number in digits only"),
        (QTY, "qty: {value: null}", "qty must be filled, and null leaves it empty"),
        (QTY, "qty: {value: true}", "true must be a whole number"),
        (QTY, "qty: {value: 0}", "0 must be a number of at least 1"),
        (QTY, "qty: {value: 1.5}", 'YAML reads 1.5 as a number with decimals; write it in quotes: "1.5"'),
        (QTY, "qty: {value: 2022-01-01}", 'YAML reads 2022-01-01 as a day; write it in quotes: "2022-01-01"'),
        (QTY, "qty: {value: [1]}", "one word is needed, and here is a list"),
        (QTY, "qty: 1", "must be a map of numbers, dates, missing_words, column, value, "),
        (QTY, "qty: {vlaue: 1}", "vlaue: unknown word; known here are column, dates, "),
        (QTY, "qty: {value: 1, scale: 2}", "scale is about the words of a column, and a value has none"),
        (QTY, "qty: {column: nilai, scale: 0}", "scale must be at least 1, and here is 0"),
        (QTY, "qty: {column: nilai, scale: x}", "scale must be a whole number, and here is 'x'"),
        (QTY, "qty: {column: 5}", 'column must be a text, and YAML reads 5 as a number; write it in quotes: "5"'),
        (QTY, "qty: {column: no}", 'column must be a text, and YAML reads no as false; write it in quotes: "no"'),
        (QTY, "qty: {column: nilai, numbers: {thousands: x}}", "thousands must be '.', ',', ' ' or \"'\", and"),
        (QTY, "qty: {column: nilai, numbers: {thousand: .}}", "unknown word; known here are decimal, thousands"),
        (QTY, "qty: {column: toko, values: {5: 1}}", 'the name 5 is no text for YAML; write it in quotes: "5"'),
        (QTY, "qty: {column: toko, values: {a: 1}, scale: 2}", "so that scale is never asked"),
        (QTY, "qty: {value: 1}\n        qty: {value: 2}", "qty stands here a second time"),
        (STATE, "state: {value: Diajukn}", "'Diajukn' is no word for it; write one of Diajukan, Dipacking"),
        (STATE, "state: {column: toko, values: {Satu: Baru}}", "'Baru' is no word for it"),
        (STATE, "state: {column: toko, values: {Satu: null}}", "state must be filled"),
        (STATE, "state: {column: toko, otherwise: Batal}", "otherwise stands for words that are not in values"),
        (STATE, "state: {column: toko, scale: 5}", "scale belongs to amounts, and state is none of these"),
        ("is_retur: {value: 0}", "is_retur: {value: 3}", "3 must be a number from 0 to 2"),
        ("is_lost: {value: false}", "is_lost: {value: mungkin}", "'mungkin' must be true or false"),
        (CREATED, "created_at: {value: kemarin}", "'kemarin' must be a day or time such as"),
        ("key_of: partner}\n        order_no", "key_of: mitra}\n        order_no", "key_of is mitra here, and partner"),
        ("        order_no: {column: nomor}\n", "", "fct_orders needs order_no; add it with column or value"),
        (PART, PART.replace("- input", "- inputs"), "input is missing; add it"),
        (PART, PART + "      joins: [{input: jual, match: {nomor: nomor}}]\n", "joining it again leads in a circle"),
        (PART, PART + "      joins: {input: jual}\n", "joins must be a list, such as [a, b], and here is a map"),
        (PART, PART + "      where: [nomor]\n", "where must be a map, such as {a: b}, and here is a list"),
        (PART, PART + "      repeats: newest\n", "repeats must be 'first' or 'last', and here is 'newest'"),
        ("files: [\"jual*\"]", "files: []", "files is empty; put at least one thing there"),
        ("files: [\"jual*\"]", "files: [.]", "'.' must be a name or pattern within the folder"),
        ("files: [\"jual*\"]", "files: [jual**]", "** stands for folders"),
        (INPUT, "nilai, Nilai]}", "Nilai, nilai stands here more than once"),
        (INPUT, "nilai, _Line]}", "write `_Line (1)` for that of the file"),
        (INPUT, "nilai], delimiter: ;;}", "';;' is not one sign such as"),
        (INPUT, "nilai], encoding: utf-99}", "'utf-99' is no encoding of texts"),
        (INPUT, "nilai], encoding: base64}", "'base64' is no encoding of texts"),
        (INPUT, "nilai], sheets: [1]}", "write `all`, or the names of sheets as texts"),
        (INPUT, "nilai], rows: item}", "rows must be 'items', and here is 'item'"),
        (INPUT, "nilai], rows: items, key: nomr}", "no column nomr; there are nomor, toko"),
        (INPUT, "nilai], rows: items, key: nomor, sum: [nomor]}", "nomor is to be added up, so it cannot be the key"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_mapping_is_said_with_its_line(folder: Path, right: str, wrong: str, said: str) -> None:
    place = write(folder, [order("A")])
    path = folder / "m.yaml"
    before = path.read_text()
    assert right in before
    path.write_text(before.replace(right, wrong, 1))
    code, output = land(place)
    assert (code, said in output) == (1, True), output
    line = 1 + before[: before.index(right)].count("\n")
    near = range(line - 3, line + wrong.count("\n") + 2)  # what is missing is named where it belongs
    assert any(f"{path} line {each}" in output for each in near), output
    assert "Input should" not in output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "must have name, inputs and tables"),
        ("- a\n- b\n", "must have name, inputs and tables"),
        ("nomor;toko\n1;2\n", "must have name, inputs and tables"),
        ("name: [\n", "line 2 is not readable YAML: it ends within a { or [ that is not closed"),
        ("a:\n\t- b\n", "line 2 is not readable YAML: a tab stands where only spaces may"),
        ("a: {b: c\nd: e\n", "line 2 is not readable YAML: a { or [ that begins in line 1 is not closed"),
        ("a: 'b\n", "line 2 is not readable YAML: the quote that begins in line 1 is not closed"),
        ("a: b: c\n", "line 1 is not readable YAML: a colon stands where none may"),
        ("a: 1\n b: 2\n", "line 2 is not readable YAML: a colon stands where none may"),
        ("a:\n  b: 1\n c: 2\n", "line 3 is not readable YAML: the line does not begin in the column"),
        ("a: @b\n", "line 1 is not readable YAML: a word must not begin with @; write it in quotes"),
        ("a: *b\n", "line 1 is not readable YAML: *b repeats what is nowhere named &b"),
        ("a: !b c\n", "line 1 is not readable YAML: a word that begins with ! is an order"),
        ("? [a]\n: b\n", "line 1 is not readable YAML: a list or a map stands in the place of a name"),
        ("a: b\n---\nc: d\n", "line 2 is not readable YAML: a second document begins here"),
        ("a: " + "[" * 2000, "holds lists or maps within each other too deeply"),
        ("\0", "is no text file"),
        ("inputs: {a: {files: [../x], columns: [a]}}\n", "'../x' must be a name or pattern within the folder"),
        ("&all\nname: toko\ninputs: *all\n", "line 2: inputs.name must be a map of "),
        ("name: toko\ninputs: {a b: {files: [x], columns: [a]}}\ntables: {}\n", "'a b' is no name of an input"),
        ("name: toko\ninputs: {a: &i {files: [x], columns: [a]}, A: *i}\ntables: {}\n", "differ in capitals only"),
    ],
)
def test_a_mapping_that_is_none_is_refused(folder: Path, content: str, said: str) -> None:
    path = folder / "m.yaml"
    path.write_text(content)
    with pytest.raises(MappingError) as refused:
        load_mapping(path)
    assert f"the mapping {path}" in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize("content", [b"name: Jos\xe9\n", "name: toko\n".encode("utf-16"), b"\x89PNG\r\n"])
def test_a_mapping_of_another_encoding_is_refused(folder: Path, content: bytes) -> None:
    (folder / "m.yaml").write_bytes(content)
    with pytest.raises(MappingError, match="line 1 is no text in UTF-8; save it as UTF-8"):
        load_mapping(folder / "m.yaml")


def test_a_mapping_that_is_a_folder_or_a_link_to_nothing_is_named(folder: Path) -> None:
    (folder / "m.yaml").mkdir()
    (folder / "n.yaml").symlink_to("nowhere")
    with pytest.raises(MappingError, match=r"m\.yaml cannot be read: Is a directory"):
        load_mapping(folder / "m.yaml")
    with pytest.raises(MappingError, match=r"there is no mapping .*n\.yaml"):
        load_mapping(folder / "n.yaml")


def test_signs_that_are_not_seen_are_written_out_in_messages(folder: Path) -> None:
    header = '"no\nmor",\u202etoko,awb,waktu,nilai,ongkos\x07'
    code, output = land(write(folder, [order("A")], header=header))
    assert code == 1
    assert r"line 1 has no\nmor, \u202etoko, awb, waktu, nilai, ongkos\x07" in output
    assert len(output.splitlines()) == 1
    code, output = land(write(folder, [order("A", "1.5\n00"), order("B", "1.500")]))
    assert code == 1
    assert '"1.500" (jual.csv, line 4) can be read in two ways' in output
    (folder / "files" / "jual\n2.csv").write_text("x\n")
    code, output = land(write(folder, [order("A")]))
    assert (code, len(output.splitlines())) == (1, 1), output
    assert r"jual\n2.csv: there is no column nomor" in output


def test_a_preview_writes_nothing_and_shows_what_would_happen(folder: Path) -> None:
    place = write(folder, [order("A", "1.234.567"), order("B", "abc")])
    code, output = call("preview", *place)
    assert code == 0
    assert 'proved by "1.234.567" (jual.csv, line 2)' in output
    assert "2 rows read = 1 would land + 1 set aside" in output
    assert "jual.csv, line 3, nilai: 'abc'" in output
    assert not (folder / "warehouse.duckdb").exists()


def test_a_preview_shows_formats_that_the_mapping_declares(folder: Path) -> None:
    rows = [order("A", "150.000", "05/10/2022"), order("B", "12,5", "13/13/2022")]
    options = 'numbers: {thousands: ".", decimal: ","}, dates: ["%d/%m/%Y"]'
    code, output = call("preview", *write(folder, rows, options))
    assert code == 0, output
    assert re.search(r"  nilai: .*as the mapping says", output), output
    assert re.search(r"  waktu: .*%d/%m/%Y.*as the mapping says", output), output
    assert "2 rows read = 1 would land + 1 set aside" in output


def test_parts_of_a_table_are_read_one_after_the_other_and_counted_together(folder: Path) -> None:
    place = write(folder, [order("A", shop="Satu"), order("B", "abc", shop="Dua"), order("C", shop="Satu")])
    path = folder / "m.yaml"
    text = path.read_text()
    begin, end = text.index("    - input: jual\n", text.index("dim_partners:")), text.index("  fct_orders:")
    part = text[begin:end]
    more = part.replace("column: toko", 'value: "Tidak diketahui"')
    again = part.replace("      columns:", "      where: {toko: [Dua]}\n      columns:", 1)
    path.write_text(text[:end] + more + again + text[end:])
    code, output = call("preview", *place)
    assert code == 0, output
    assert "dim_partners: 9 rows read = 3 would land + 0 set aside + 4 repeated + 2 dropped" in output
    assert land(place)[0] == 3
    assert landed(folder) == {"A": 150000, "C": 150000}


@pytest.mark.parametrize(
    "header",
    ["no_pesanan;penjual;resi;kurir;status;subtotal;tanggal", "Order No;Seller;AWB;Courier;Status;Amount;Date"],
)
def test_an_inferred_mapping_is_accepted_by_the_preview(folder: Path, header: str) -> None:
    files = folder / "files"
    files.mkdir()
    (files / "x.csv").write_text(f"{header}\nA1;Toko;007;JNE;Selesai;150.000;05/10/2022\n")
    code, output = call("infer", "--path", str(files / "x.csv"))
    assert code == 0
    assert "# confirm" in output
    (folder / "m.yaml").write_text(output)
    code, output = call("preview", "--mapping", str(folder / "m.yaml"), "--path", str(files))
    assert code == 0, output


def test_a_preview_leaves_a_warehouse_as_it_is(folder: Path) -> None:
    place = write(folder, [order("A"), order("B")])
    assert land(place)[0] == 0
    before = (folder / "warehouse.duckdb").read_bytes()
    write(folder, [order("A", "175000")])
    code, output = call("preview", *place)
    assert code == 0, output
    assert (folder / "warehouse.duckdb").read_bytes() == before
    assert landed(folder) == {"A": 150000, "B": 150000}
