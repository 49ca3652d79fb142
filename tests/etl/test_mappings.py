"""Mappings: wrong ones are named with their line; a preview writes nothing; a first one is inferred."""

from pathlib import Path

import pytest

from tests.etl.test_command_line import call, folder
from tests.etl.test_messy_files import land, landed, order, write

__all__ = ["folder"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("fct_orders:", "fct_order:"),
        ("subtotal: {column: nilai}", "subtotal: {column: nila}"),
        ("subtotal: {column: nilai}", "subtotle: {column: nilai}"),
        ("- input: jual", "- input: beli"),
        ("time_zone: Asia/Jakarta", "time_zone: Mars/Base"),
        ("qty: {value: 1}", "qty: {value: one}"),
        ("subtotal: {column: nilai}", "subtotal: {column: nilai, key_of: order}"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named_with_its_line(folder: Path, wrong: str, named: str) -> None:
    place = write(folder, [order("A")])
    path = folder / "m.yaml"
    path.write_text(path.read_text().replace(wrong, named, 1))
    line = 1 + next(at for at, text in enumerate(path.read_text().splitlines()) if named in text)
    code, output = land(place)
    assert code == 1
    assert f"line {line}" in output, output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    "content",
    [
        "",
        "- a\n- b\n",
        "name: [\n",
        "a:\n\t- b\n",
        "inputs: {a: {files: [../x], columns: [a]}}\n",
        "&all\nname: toko\ninputs: *all\n",
        "name: toko\ninputs: {a: {files: [x], columns: [a, b, a]}}\ntables: {}\n",
    ],
)
def test_a_mapping_that_is_none_is_refused(folder: Path, content: str) -> None:
    place = write(folder, [order("A")])
    (folder / "m.yaml").write_text(content)
    code, output = land(place)
    assert code == 1
    assert "m.yaml" in output


def test_a_preview_writes_nothing_and_shows_what_would_happen(folder: Path) -> None:
    place = write(folder, [order("A", "1.234.567"), order("B", "abc")])
    code, output = call("preview", *place)
    assert code == 0
    assert 'proved by "1.234.567" (jual.csv, line 2)' in output
    assert "2 rows read = 1 would land + 1 set aside" in output
    assert "jual.csv, line 3, nilai: 'abc'" in output
    assert not (folder / "warehouse.duckdb").exists()


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
