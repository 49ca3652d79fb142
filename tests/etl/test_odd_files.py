"""Files with odd names, odd cells and odd rights: each lands, or one sentence says what to do."""

import re
from pathlib import Path

import pytest

from tests.etl.test_command_line import folder
from tests.etl.test_messy_files import HEADER, aside, land, landed, order, write

__all__ = ["folder"]


@pytest.mark.parametrize(
    "names",
    [
        ("at", "by", "anti", "glob", "select", "semi"),
        ("nomor %", "toko:a", "a'b", 'waktu "WIB"', "nilai (Rp)", "ongkos;1"),
        ("_ROW (1)", "_line (1)", "_reason (1)", "rowid", "NULL", "incoming_rows"),
        ("w0", "v_order_id", "a0", "b0", "j0_reason", "_which"),
        ("\u202enomor", "🚚", "x" * 150, "nomor.toko", "ключ", "{0}%(a)s"),
    ],
)
def test_a_column_may_have_any_name(folder: Path, names: tuple[str, ...]) -> None:
    header = ",".join(f'"{name}"'.replace('"WIB"', '""WIB""').replace(" (1)", "") for name in names)
    place = write(folder, [order("A", "1.234.567"), order("B", "abc"), order("C")], header=header)
    text = (folder / "m.yaml").read_text()
    for old, name in zip(HEADER.split(","), names, strict=True):
        quoted = "'" + name.replace("'", "''") + "'"
        text = text.replace(f"column: {old},", f"column: {quoted},").replace(f"column: {old}}}", f"column: {quoted}}}")
        text = text.replace(f"plus: {old}}}", f"plus: {quoted}}}")
        text = re.sub(rf"(?<=[\[ ]){old}(?=[,\]])(?=.*\]\}})", lambda _, q=quoted: q, text)
    (folder / "m.yaml").write_text(text)
    code, output = land(place)
    assert code == 3, output
    assert landed(folder) == {"A": 1234567, "C": 150000}
    assert [row[1:3] for row in aside(folder)] == [(names[4], "abc")]
