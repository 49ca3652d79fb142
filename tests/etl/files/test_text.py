"""Delimiters, line ends, quotes, headers and rows of text files."""

from pathlib import Path

import pytest

from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads, write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(tmp_path: Path, delimiter: str, end: str) -> None:
    lines = [["no", "kota", "nilai"], ["007", "NA", "null"], ["8", "", "1.5"]]
    write(tmp_path, "a.csv", end.join(delimiter.join(line) for line in lines) + end)
    found = reads(tmp_path, "no", "nilai")
    assert found.column("no") == ["007", "8"]
    assert found.column("kota") == ["NA", None]
    assert found.column("nilai") == ["null", "1.5"]
    assert found.lines() == [2, 3]
    assert found.table is not None
    assert found.table.delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "columns", "delimiter"),
    [
        ("sep=;\r\nref;nilai\r\nA;1,5\r\n", ("ref",), ";"),
        ('"sep=|"\nref|nilai\nA|1;5\n', ("ref",), "|"),
        ("sep=\t\nref\tnilai\nA\t1,5\n", ("ref", "nilai"), "\t"),
    ],
)
def test_a_first_line_for_excel_says_the_delimiter(
    tmp_path: Path, content: str, columns: tuple[str, ...], delimiter: str
) -> None:
    write(tmp_path, "a.csv", content)
    found = reads(tmp_path, *columns)
    assert found.column("ref") == ["A"]
    assert found.lines() == [3]
    assert found.table is not None
    assert (found.table.delimiter, found.table.above) == (delimiter, 1)


def test_line_ends_and_doubled_quotes_within_quotes_stay(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", 'no,nama,kota\r\n1,"Toko ""Satu""\r\nCabang 2",Solo\r\n2,"a,b","c\rd"\r\n3,x,y\r\n')
    found = reads(tmp_path, "no", "nama")
    assert found.column("nama") == ['Toko "Satu"\r\nCabang 2', "a,b", "x"]
    assert found.column("kota") == ["Solo", "c\rd", "y"]
    assert found.lines() == [2, 4, 6]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('no;nama\n1;"Toko Budi\n2;Siti\n', "begins in line 2 is not closed"),
        ('no;nama\n1;a\n2;"Toko"Budi\n3;b\n', "begins in line 3 ends in the middle of a text in line 3"),
        ('no;nama\n1;"a"\n2;"Toko Budi\n3;"Siti"\n', "begins in line 3 ends in the middle of a text in line 4"),
        ('no;nama\n1;"two\nlines"\n2;"x\n' + "3;y\n" * 60_000, "begins in line 4 is not closed"),
    ],
)
def test_a_quote_that_is_not_closed_names_its_line(tmp_path: Path, content: str, line: str) -> None:
    write(tmp_path, "a.csv", content)
    with pytest.raises(FileUnreadable, match=line):
        reads(tmp_path, "no", "nama")


def test_rows_between_two_stray_quotes_are_not_lost_in_silence(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", 'no;nilai;nama\n1;10;"Budi\n2;20;Siti\n3;30;Ani"\n4;40;Tono\n')
    found = reads(tmp_path, "no", "nama")
    assert found.lines() == [2, 5]
    assert "ends in line 4 and holds what looks like other rows" in str(found.problems()[0])


def test_columns_never_shift(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "no;nama;kota\n1;a;b;\n2;a;b;;;\n3;a;b;c\n4;a\n5;a;\n;;\n;;;;\n\n6;;x\n")
    found = reads(tmp_path, "no", "nama")
    assert found.column("no") == ["1", "2", "3", "4", "5", "6"]
    assert found.column("kota") == ["b", "b", "b", None, None, "x"]
    assert found.problems() == [
        None, None, "4 fields, the header has 3", "2 fields, the header has 3", None, None
    ]  # fmt: skip
    assert found.lines() == [2, 3, 4, 5, 6, 10]
    assert found.table is not None
    assert (found.table.rows, found.table.blank) == (6, 3)


def test_lines_above_the_header_and_repeated_headers_are_dropped_and_counted(tmp_path: Path) -> None:
    title = 'Laporan "COD\nPeriode: 1, 2 dan 3\n\n'
    write(tmp_path, "a.csv", title + "no , nama\n1,a\nno,nama\n2,b\n")
    found = reads(tmp_path, "no", "nama")
    assert found.column("no") == ["1", "2"]
    assert found.lines() == [5, 7]
    assert found.table is not None
    assert (found.table.above, found.table.repeated_headers) == (3, 1)


def test_names_that_stand_twice_are_numbered_and_refused_if_wanted(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "no,nama,kota,Nama,_row\n1,a,b,c,d\n")
    with pytest.raises(FileUnreadable, match=r"nama stands 2 times, as columns 2, 4"):
        reads(tmp_path, "no", "nama")
    found = reads(tmp_path, "no", "Nama (2)")
    assert (found.column("nama (1)"), found.column("Nama (2)"), found.column("_row (1)")) == (["a"], ["c"], ["d"])
    write(tmp_path, "a.csv", "no,nama,kota,nama\n1,a,b,c\n")
    with pytest.raises(FileUnreadable, match=r"nama stands 2 times, as columns 2, 4; .* `nama \(1\)` or `nama \(2\)`"):
        reads(tmp_path, "no", "nama")


def test_a_delimiter_is_proved_by_the_whole_file_or_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "no,a|b,kota|no,x\n1,2,3,4\n")
    with pytest.raises(FileUnreadable, match="no column zzz"):
        reads(tmp_path, "zzz")
    write(tmp_path, "a.csv", "nama\nToko, Satu\nToko Dua\n")
    assert reads(tmp_path, "nama").column("nama") == ["Toko, Satu", "Toko Dua"]
    write(tmp_path, "a.csv", "a;no,a;kota\n1;2,3;4\n")
    found = reads(tmp_path, "kota")
    assert found.column("kota") == ["4"]


def test_a_declared_delimiter_that_is_wrong_names_the_right_one(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "no;nama\n1;a\n")
    with pytest.raises(FileUnreadable, match='write `delimiter: ";"` in the input orders of the mapping'):
        reads(tmp_path, "no", "nama", delimiter=",")


@pytest.mark.parametrize(
    ("content", "line", "problems"),
    [
        ("no,nama\n0,x\n1,a\rb\n2,c\n", 3, [0, 1, 1, 0]),
        ("no,nama\r\n1\r9,a\r\n2,c\r\n", 2, [1, 1, 0]),
        ("no,nama\r1,a\nb\r2,c\r", 2, [1, 1, 0]),
        ('no,nama\n1,"a\rb"\n2,c\n', 0, [0, 0]),
        ('no,nama\r1,"a\nb"\r2,c\r', 0, [0, 0]),
        ("no,nama\r\n1,a\n2,b\r\n3,c", 0, [0, 0, 0]),
    ],
)
def test_a_text_that_is_cut_by_another_line_end_is_set_aside(
    tmp_path: Path, content: str, line: int, problems: list[int]
) -> None:
    write(tmp_path, "a.csv", content)
    found = reads(tmp_path, "no", "nama").problems()
    assert [int(problem is not None) for problem in found] == problems
    assert all(problem is None or f"line {line} ends in" in problem for problem in found)


@pytest.mark.parametrize(("name", "alike"), [("Nama", "nama"), ("no pesanan", "no_pesanan"), ("KOTA", "kota")])
def test_a_name_that_is_nearly_there_is_shown(tmp_path: Path, name: str, alike: str) -> None:
    write(tmp_path, "a.csv", "no_pesanan,nama,kota\n1,a,b\n")
    with pytest.raises(FileUnreadable, match=rf"there is no column {name} \(is it {alike}\?\)"):
        reads(tmp_path, name)


def test_texts_that_are_written_for_excel_are_texts(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", 'no,nama,kota\n="0012","=""08""","=1+1"\n=x,"=""a""b""",=""\n')
    found = reads(tmp_path, "no", "nama")
    assert (found.column("no"), found.column("nama")) == (["0012", "=x"], ["08", '="a"b"'])


def test_space_of_every_kind_is_trimmed_and_marks_within_a_file_too(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", '\ufeffno,nama\n\xa01\u200b,\u2003a b\t\n\ufeff"2, x",b\n')
    found = reads(tmp_path, "no", "nama")
    assert found.column("no") == ["1", "2, x"]
    assert found.column("nama") == ["a b", "b"]
