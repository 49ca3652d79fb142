"""What a file is by its content, and what is packed in it.

A name says nothing: an old .xls may be called .xlsx, a gzip .csv. What is packed is unpacked into a private folder up
to a limit, so that a few kilobytes do not fill the disk.
"""

import bz2
import errno
import gzip
import lzma
import mmap
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import IO

from etl.files.finding import why_skipped
from etl.files.tables import FileUnreadable, one_line

MAX_UNPACKED = 2 * 1024**3  # bytes of one file when it is unpacked
_DEEPEST = 3  # archives within archives
_CHUNK = 1 << 20
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)


class Kind(Enum):
    """What is done with a file."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"
    ZIP = "zip"
    PACKED = "packed"


@dataclass(frozen=True)
class Content:
    """A file on the disk, as it came or unpacked. `label` is how messages and rows name it."""

    path: Path
    label: str
    kind: Kind


_PACKED: tuple[tuple[bytes, Callable[[Path], gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]], ...] = (
    (b"\x1f\x8b", gzip.GzipFile),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_AS_XLSX = "open it in Excel and save it as .xlsx"
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "is a PDF; export the table as .xlsx or .csv"),
    (b"Rar!", "is a RAR archive; unpack it and put its files into the folder"),
    (b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it and put its files into the folder"),
    (b"\x28\xb5\x2f\xfd", "is packed by zstd; unpack it and put its files into the folder"),
    (b"\x1f\x9d", "is packed by compress; unpack it and put its files into the folder"),
    (b"\x89PNG", "is a picture; export the table as .xlsx or .csv"),
    (b"\xff\xd8\xff", "is a picture; export the table as .xlsx or .csv"),
    (b"GIF8", "is a picture; export the table as .xlsx or .csv"),
    (b"II*\0", "is a picture; export the table as .xlsx or .csv"),
    (b"MM\0*", "is a picture; export the table as .xlsx or .csv"),
    (b"SQLite format 3\x00", "is a database file; export the table as .csv"),
    (b"{\\rtf", "is a text document; export the table as .xlsx or .csv"),
)
_MARKUP = re.compile(r"<(?:!doctype|!--|\?xml|[a-z][a-z0-9]*[\s>/])")
_JSON = re.compile(r"\[\s*[\[{\"]|\{\s*\"|\{\s*$")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = ("Workbook", "Book", "EncryptedPackage", "WordDocument")
_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")


def kind_of(path: Path, label: str) -> Kind:
    """What a file is.

    Raises:
        FileUnreadable: it is of a kind that is not read.
    """
    with path.open("rb") as content:
        start = content.read(4096)
    for mark, reason in _REFUSED:
        if start.lstrip().startswith(mark):
            raise FileUnreadable(f"{label} {reason}")
    if start.startswith(b"RIFF") or start[4:8] == b"ftyp":
        raise FileUnreadable(f"{label} is a picture, a film or a sound; export the table as .xlsx or .csv")
    if start.startswith(b"PAR1"):
        return Kind.PARQUET
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(path, label)
    if start.startswith((_OLE, *_OLD_BIFF)):
        _check_old(path, label)
        return Kind.XLS
    if start.startswith(tuple(mark for mark, _ in _PACKED)):
        return Kind.PACKED
    if start[257:262] == b"ustar":
        raise FileUnreadable(f"{label} is a tar archive; unpack it and put its files into the folder")
    _check_markup(start, label)
    return Kind.TEXT


def contents(path: Path, label: str, patterns: tuple[str, ...], room: Path) -> Iterator[Content | tuple[str, str]]:
    """A file, or what is packed in it, unpacked into `room` while it is looked at; else (label, why skipped).

    Raises:
        FileUnreadable: it is damaged, locked, too large, or of a kind that is not read.
    """
    yield from _opened(path, label, patterns, room, _DEEPEST)


def _opened(
    path: Path, label: str, patterns: tuple[str, ...], room: Path, deepest: int
) -> Iterator[Content | tuple[str, str]]:
    if path.stat().st_size == 0:
        yield label, "empty"
        return
    kind = kind_of(path, label)
    if kind not in (Kind.ZIP, Kind.PACKED):
        yield Content(path, label, kind)
        return
    if deepest == 0:
        raise FileUnreadable(
            f"{label} is packed more than {_DEEPEST} times; unpack it and put its files into the folder"
        )
    inner = room / str(deepest)
    if kind is Kind.PACKED:
        _unpack(path, inner, label)
        yield from _opened(inner, label, patterns, room, deepest - 1)
        inner.unlink()
        return
    with _zip(path, label) as archive:
        for member, member_label, reason in _members(archive, label, patterns):
            if reason:
                yield member_label, reason
                continue
            _unpack_member(archive, member, inner, member_label)
            yield from _opened(inner, member_label, patterns, room, deepest - 1)
            inner.unlink()


def _members(
    archive: zipfile.ZipFile, label: str, patterns: tuple[str, ...]
) -> Iterator[tuple[zipfile.ZipInfo, str, str | None]]:
    """The members that the patterns match, by their names or paths; all of them if none is matched."""
    members = sorted((each for each in archive.infolist() if not each.is_dir()), key=lambda each: each.filename)
    reasons = {each.filename: _why_left(each.filename) for each in members}
    data = [each for each in members if reasons[each.filename] is None]
    matched = {each.filename for each in data if _matches(each.filename, patterns)}
    for each in members:
        reason = reasons[each.filename]
        if reason is None and matched and each.filename not in matched:
            reason = "not named by `files`"
        yield each, f"{label}/{one_line(each.filename)}", reason
    if not data:
        raise FileUnreadable(f"{label} has no files in it; pack it again")


def _why_left(member: str) -> str | None:
    parts = PurePosixPath(member).parts
    if "__MACOSX" in parts:
        return "hidden file"
    return next((reason for part in parts if (reason := why_skipped(part))), None)


def _matches(member: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(PurePosixPath(member).name, pattern) or fnmatchcase(member, pattern) for pattern in patterns)


def _zip(path: Path, label: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except _DAMAGED:
        raise damaged(label) from None


def _kind_of_zip(path: Path, label: str) -> Kind:
    with _zip(path, label) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        if "mimetype" in names and "content.xml" in names:
            raise FileUnreadable(f"{label} is an OpenDocument file; open it and save it as .xlsx")
        if "xl/workbook.bin" in names:
            raise FileUnreadable(f"{label} is a binary workbook (.xlsb); {_AS_XLSX}")
        if "[content_types].xml" not in names:
            return Kind.ZIP
        if not any(name.startswith("xl/") for name in names):
            raise FileUnreadable(f"{label} is a document of Office without sheets; export the table as .xlsx or .csv")
        size = sum(part.file_size for part in archive.infolist())
        if size > MAX_UNPACKED:
            raise _too_large(label)
    return Kind.XLSX


def _check_old(path: Path, label: str) -> None:
    """What Office keeps in one container: an old workbook, or a new one that is locked, or something else."""
    with path.open("rb") as content, mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as data:
        parts = {name for name in _OLE_PARTS if data.find(name.encode("utf-16-le")) >= 0}
    if parts & {"Workbook", "Book"}:
        return
    if "EncryptedPackage" in parts:
        raise FileUnreadable(f"{label} is locked by a password; open it in Excel and save it without one")
    if "WordDocument" in parts:
        raise FileUnreadable(f"{label} is a document of Word; export the table as .xlsx or .csv")


def _check_markup(start: bytes, label: str) -> None:
    codec = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = start.decode(codec, "ignore").removeprefix("\xef\xbb\xbf").lstrip().lower()
    if text.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text:
        raise FileUnreadable(f"{label} is a workbook of XML (Excel 2003); {_AS_XLSX}")
    if text.startswith("<?xml") and "<html" not in text:
        raise FileUnreadable(f"{label} is XML; export the table as .xlsx or .csv")
    if _JSON.match(text):
        raise FileUnreadable(f"{label} is JSON whatever its name says; export the table as .xlsx or .csv")
    if _MARKUP.match(text):
        raise FileUnreadable(f"{label} is a web page (HTML) whatever its name says; {_AS_XLSX}")
    if text.startswith("mime-version:"):
        raise FileUnreadable(f"{label} is a web page with its parts (MHTML) whatever its name says; {_AS_XLSX}")


def _unpack(path: Path, target: Path, label: str) -> None:
    with path.open("rb") as content:
        start = content.read(8)
    unpacked = next(opened for mark, opened in _PACKED if start.startswith(mark))
    try:
        with unpacked(path) as source, target.open("wb") as copy:
            _copy(source, copy, label)
    except _DAMAGED as error:
        raise _not_unpacked(label, error) from None


def _unpack_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, label: str) -> None:
    if member.flag_bits & 0x1:
        raise FileUnreadable(f"{label} is locked by a password; unpack it and put its files into the folder")
    try:
        with archive.open(member) as source, target.open("wb") as copy:
            _copy(source, copy, label)
    except NotImplementedError:
        raise FileUnreadable(
            f"{label} is packed in a way that is not read; unpack it and put its files into the folder"
        ) from None
    except _DAMAGED:
        raise damaged(label) from None


def _copy(source: IO[bytes] | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile, target: IO[bytes], label: str) -> None:
    done = 0
    while data := source.read(_CHUNK):
        done += len(data)
        if done > MAX_UNPACKED:
            raise _too_large(label)
        target.write(data)


def _too_large(label: str) -> FileUnreadable:
    size = MAX_UNPACKED // 1024**2
    return FileUnreadable(f"{label} is larger than {size} MB when unpacked; split it into smaller files")


def _not_unpacked(label: str, error: Exception) -> FileUnreadable:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return FileUnreadable(f"{label} does not fit on the disk when unpacked; make room and run again")
    return damaged(label)


def damaged(label: str) -> FileUnreadable:
    """The refusal of a file that is not whole."""
    return FileUnreadable(f"{label} is damaged or not complete; fetch or save it again")
