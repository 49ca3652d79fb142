"""What is packed, what a file is by its content, and what is not read."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from etl.files import unpacking
from etl.files.tables import FileUnreadable
from tests.etl.files.reads import reads, write

TABLE = b"no,nama\n1,a\n2,b\n"
LOCKED = 0x1  # flag of a member


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["orders.csv.gz", "orders.csv", "orders.bin"])
def test_packed_files_are_read_whatever_their_names_say(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    write(tmp_path, name, pack(TABLE))
    found = reads(tmp_path, "no", "nama")
    assert found.column("nama") == ["a", "b"]
    assert found.rows[0]["_file"] == name


def test_members_of_an_archive_that_the_patterns_name_are_read(tmp_path: Path) -> None:
    members = {
        "2022/orders-okt.csv": TABLE,
        "orders-nov.csv": b"no;nama\n3;c\n",
        "readme.txt": b"hello",
        "__MACOSX/._orders-nov.csv": b"?",
        "~$orders.xlsx": b"?",
        "orders-empty.csv": b"",
    }
    write(tmp_path, "orders.zip", zipped(**members))
    found = reads(tmp_path, "no", "nama", files="orders*")
    assert [(row["_file"], row["no"]) for row in found.rows] == [
        ("orders.zip/2022/orders-okt.csv", "1"),
        ("orders.zip/2022/orders-okt.csv", "2"),
        ("orders.zip/orders-nov.csv", "3"),
    ]
    assert dict(found.read.skipped) == {
        "orders.zip/readme.txt": "not named by `files`",
        "orders.zip/__MACOSX/._orders-nov.csv": "hidden file",
        "orders.zip/~$orders.xlsx": "lock file of an open workbook",
        "orders.zip/orders-empty.csv": "empty",
    }


def test_all_members_are_read_if_the_patterns_name_only_archives(tmp_path: Path) -> None:
    write(tmp_path, "nov.zip", zipped(**{"a.csv": TABLE, "b.csv": b"no,nama\n3,c\n"}))
    assert reads(tmp_path, "no", files="*.zip").column("no") == ["1", "2", "3"]


def test_archives_within_archives_are_opened_to_a_depth(tmp_path: Path) -> None:
    packed = gzip.compress(zipped(**{"orders.csv.gz": gzip.compress(TABLE)}))
    write(tmp_path, "orders.gz", packed)
    assert reads(tmp_path, "no").rows[0]["_file"] == "orders.gz/orders.csv.gz"
    write(tmp_path, "orders.gz", gzip.compress(packed))
    with pytest.raises(FileUnreadable, match="is packed more than 3 times"):
        reads(tmp_path, "no")


def test_a_workbook_in_an_archive_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["no", "nama"])
    book.worksheets[0].append(["01", "a"])
    content = io.BytesIO()
    book.save(content)
    write(tmp_path, "orders.zip", zipped(**{"orders.csv": content.getvalue()}))
    assert reads(tmp_path, "no").column("no") == ["01"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda table: zipped(**{"a.csv": table})])
def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 3 * 1024**2)
    write(tmp_path, "orders.gz", pack(TABLE + b"3,c\n" * 1_000_000))
    with pytest.raises(FileUnreadable, match="is larger than 3 MB when unpacked; split it into smaller files"):
        reads(tmp_path, "no")


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TABLE)[:-6],
        gzip.compress(TABLE)[:12] + b"\xff" * 12,
        bz2.compress(TABLE)[:-6],
        lzma.compress(TABLE)[:-6],
        zipped(**{"a.csv": TABLE})[:-30],
        zipped(**{"a.csv": TABLE * 9}).replace(b"a.csv", b"a.csv", 1)[:45] + b"\xff" * 90,
    ],
)
def test_damaged_archives_are_named(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, "orders.gz", content)
    with pytest.raises(FileUnreadable, match=r"orders\.gz.* is damaged or not complete; fetch or save it again"):
        reads(tmp_path, "no")


@pytest.mark.parametrize("names", [["Workbook", "WordDocument"], ["Book", "EncryptedPackage"]])
def test_what_is_embedded_in_an_old_workbook_does_not_make_it_another_thing(tmp_path: Path, names: list[str]) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path = write(tmp_path, "orders.xls", ole + b"".join(name.encode("utf-16-le") for name in names))
    assert unpacking.kind_of(path, path.name) is unpacking.Kind.XLS


def test_a_document_of_word_is_named(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024**2 - 16)
    write(tmp_path, "orders.xls", ole + "WordDocument".encode("utf-16-le"))
    with pytest.raises(FileUnreadable, match="is a document of Word; export the table"):
        reads(tmp_path, "no")


@pytest.mark.parametrize(("at", "value"), [(6, 0xFF), (8, 0xFE)], ids=["version", "flags"])
def test_an_archive_whose_list_is_damaged_is_named(tmp_path: Path, at: int, value: int) -> None:
    content = bytearray(zipped(**{"é.csv": TABLE}))
    listed = content.index(b"PK\x01\x02")
    content[listed + at] = value
    content[listed + 46] = 0xFF
    write(tmp_path, "orders.zip", bytes(content))
    with pytest.raises(FileUnreadable, match="is damaged or not complete"):
        reads(tmp_path, "no")


def test_a_locked_member_is_named(tmp_path: Path) -> None:
    content = bytearray(zipped(**{"a.csv": TABLE}))
    content[6] |= LOCKED
    content[content.index(b"PK\x01\x02") + 8] |= LOCKED
    write(tmp_path, "orders.zip", bytes(content))
    with pytest.raises(FileUnreadable, match=r"orders\.zip/a\.csv is locked by a password"):
        reads(tmp_path, "no")


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        member = tarfile.TarInfo("a.csv")
        member.size = len(TABLE)
        archive.addfile(member, io.BytesIO(TABLE))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><table><tr><td>no</td></tr></table></html>", r"is a web page \(HTML\) whatever its name"),
        (b"\xef\xbb\xbf\r\n  <!DOCTYPE html>\n<table>", r"is a web page \(HTML\)"),
        ("<table border=1><tr>".encode("utf-16"), r"is a web page \(HTML\)"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook\n", ".*MHTML"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', ".*Excel 2003"),
        (b'<?xml version="1.0"?><rows/>', "is XML; export the table"),
        (b"%PDF-1.7\n", "is a PDF; export the table"),
        (b"\r\n%PDF-1.4\n", "is a PDF; export the table"),
        (b"<p>Rekap</p><br>", r"is a web page \(HTML\)"),
        (b'[{"no": "A", "nilai": 5},\n', "is JSON whatever its name says; export the table"),
        (b'{\n "no": "A"}', "is JSON"),
        (b'{"no": "A"}\n{"no": "B"}\n', "is JSON"),
        (b"GIF89a", "is a picture; export the table"),
        (b"II*\0\x08\0\0\0", "is a picture; export the table"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "is a picture, a film or a sound; export the table"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "is a picture, a film or a sound; export the table"),
        (b"Rar!\x1a\x07\x01\0", "is a RAR archive; unpack it"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "is a 7z archive; unpack it"),
        (b"\x89PNG\r\n\x1a\n", "is a picture; export the table"),
        (_tar(), "is a tar archive; unpack it"),
        (gzip.compress(_tar()), "is a tar archive; unpack it"),
        (zipped(**{"mimetype": b"application/vnd", "content.xml": b"<x/>"}), "is an OpenDocument file; open it"),
        (zipped(**{"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b"?"}), r"is a binary workbook \(\.xlsb\)"),
        (zipped(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "is a document of Office"),
        (zipped(**{"folder/": b""}), "has no files in it"),
    ],
)  # fmt: skip
def test_what_is_no_table_says_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, "orders.xls", content)
    with pytest.raises(FileUnreadable, match=rf"orders\.xls {message}"):
        reads(tmp_path, "no")
