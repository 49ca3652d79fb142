"""Encodings: declared, marked, proved by the whole file, or refused."""

import codecs
from pathlib import Path

import pytest

from etl.files.encodings import encoding_of
from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads, write

TEXT = "no,nama\r\n1,Toko Café “Müller” – €\r\n2,Budi\r\n"
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("codec", MARKS)
@pytest.mark.parametrize("with_mark", [True, False])
@pytest.mark.parametrize("declared", [True, False])
def test_unicode_is_read_with_and_without_a_mark(tmp_path: Path, codec: str, with_mark: bool, declared: bool) -> None:
    write(tmp_path, "a.csv", (MARKS[codec] if with_mark else b"") + TEXT.encode(codec))
    found = reads(tmp_path, "no", "nama", encoding=codec if declared else None)
    assert found.column("nama") == ["Toko Café “Müller” – €", "Budi"]
    assert found.lines() == [2, 3]
    assert found.table is not None
    assert (found.table.encoding or "").startswith(codec[:5])


@pytest.mark.parametrize("declared", ["utf-16", "UTF16", "utf-32"])
def test_a_declared_width_without_a_mark_finds_the_order_of_bytes(tmp_path: Path, declared: str) -> None:
    write(tmp_path, "a.csv", TEXT.encode(f"utf-{declared[-2:]}-be"))
    assert reads(tmp_path, "no", "nama", encoding=declared).column("no") == ["1", "2"]


@pytest.mark.parametrize(
    "word",
    [
        "Toko Café “Müller” – €", "Peña & Søn", "Crème Brûlée", "déçu", "L’Été", "à la carte", "50 m²", "Straße 5…",
        "ÉCLAIR", "Ñandú", "„Größe“", "Rp½", "Naïve™", "(é)", "«Ça»",
    ],
)  # fmt: skip
def test_words_of_cp1252_are_read_and_the_encoding_is_shown(tmp_path: Path, word: str) -> None:
    write(tmp_path, "a.csv", f"no,nama\n1,{word}\n2,Budi\n".encode("cp1252"))
    found = reads(tmp_path, "no", "nama")
    assert found.column("nama") == [word, "Budi"]
    assert found.table is not None
    assert found.table.encoding == "cp1252"


@pytest.mark.parametrize(
    ("word", "codec"),
    [
        ("Café Müller", "cp437"),
        ("Café Müller", "mac-roman"),
        ("Привет", "cp1251"),
        ("Иван", "koi8-r"),
        ("中国商店", "gbk"),
        ("北京", "gb18030"),
        ("你好", "gbk"),
        ("서울", "euc-kr"),
        ("ショップ", "shift-jis"),
        ("ร้านค้า", "cp874"),
        ("Złoty", "cp1250"),
        ("Αθήνα", "cp1253"),
        ("Köln", "cp850"),
    ],
)
def test_words_of_other_encodings_are_refused_until_declared(tmp_path: Path, word: str, codec: str) -> None:
    write(tmp_path, "a.csv", f"no,nama\n1,Budi\n2,{word}\n".encode(codec))
    with pytest.raises(FileUnreadable, match=r"line 3.*add `encoding: .*to the input orders of the mapping"):
        reads(tmp_path, "no", "nama")
    assert reads(tmp_path, "no", "nama", encoding=codec).column("nama") == ["Budi", word]


def test_parts_of_two_encodings_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "no,nama\n1,Café\n".encode() + "2,Café\n".encode("cp1252"))
    with pytest.raises(FileUnreadable, match="letters of UTF-8 in line 2 and the byte 0xE9 that is none in line 3"):
        reads(tmp_path, "no", "nama")


@pytest.mark.parametrize(
    ("content", "declared", "message"),
    [
        (
            "no,nama\n1,Café\n".encode(),
            "cp1252",
            "UTF-8 by all its bytes, the mapping says cp1252; remove",
        ),
        (TEXT.encode("cp1252"), "utf-8", "is not utf-8: line 2 has the byte 0xE9; change or remove `encoding: utf-8`"),
        (codecs.BOM_UTF8 + TEXT.encode(), "latin-1", "begins with the mark of utf-8, the mapping says latin-1"),
        (TEXT.encode("utf-16"), "utf-8", "begins with the mark of utf-16, the mapping says utf-8"),
        (b"no,nama\n1,a\n", "utf-16", "is not utf-16; change or remove `encoding: utf-16` in the input orders"),
        (b"no,nama\n1,\x81\n", "cp1252", "is not cp1252: line 2 has the byte 0x81"),
    ],
)
def test_a_declared_encoding_that_the_bytes_contradict_is_refused(
    tmp_path: Path, content: bytes, declared: str, message: str
) -> None:
    write(tmp_path, "a.csv", content)
    with pytest.raises(FileUnreadable, match=message):
        reads(tmp_path, "no", "nama", encoding=declared)


@pytest.mark.parametrize(
    "content",
    [
        b"no,nama\n1,a\n2,\0\0b\n",
        b"no,nama\n1,a\n2,b\0\n" + b"3,c\n" * 1000,
        b"no,nama\n1,a\n2,\0" + b"\0" * 4096,
    ],
)
@pytest.mark.parametrize("declared", [None, "utf-8", "cp1252"])
def test_nul_bytes_are_named_with_their_line(tmp_path: Path, content: bytes, declared: str | None) -> None:
    write(tmp_path, "a.csv", content)
    with pytest.raises(FileUnreadable, match="has NUL bytes in line 3"):
        reads(tmp_path, "no", "nama", encoding=declared)


def test_nul_bytes_far_into_a_file_are_named_too(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", b"no,nama\n" + b"1,abcdefgh\n" * 200_000 + b"2,\0\n")
    with pytest.raises(FileUnreadable, match="has NUL bytes in line 200002"):
        reads(tmp_path, "no", "nama")


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-32"])
def test_a_file_that_is_cut_within_a_letter_is_named(tmp_path: Path, codec: str) -> None:
    content = "no,nama\n1,a\n2,é".encode("utf-8-sig" if codec == "utf-8" else codec)
    write(tmp_path, "a.csv", content[:-1])
    with pytest.raises(FileUnreadable, match="damaged in line 3"):
        reads(tmp_path, "no", "nama")


def test_a_line_end_that_two_pieces_of_the_file_share_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * ((1 << 20) - 1) + b"\r\n1\r\n")
    assert not encoding_of(path, "a.csv", None, "the mapping").mixed
