"""What python-calamine does not tell of a workbook, from its XML in one pass that keeps nothing else.

It gives an empty cell for an error (#N/A) and for a formula that was never computed, it drops the zeros in front that a
format such as 00000 shows, and it makes room for all cells up to the last, so one stray cell may take all memory.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from etl.files.tables import FileUnreadable
from etl.files.unpacking import damaged

MAX_CELLS = 30_000_000  # of a sheet, up to its last row and column
_CHUNK = 1 << 20
# a part that is marked as locked or packed in an unknown way is a RuntimeError
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    KeyError,
    expat.ExpatError,
    RuntimeError,
    UnicodeDecodeError,
)

_TAG = rb"<(?:\w+:)?"
_END = rb"</(?:\w+:)?"
_FORMULA = _TAG + rb"f\b[^>]*(?:/>|>[^<]*" + _END + rb"f>)\s*"
_REFERENCE = re.compile(rb"\sr=[\"']([A-Z]{0,3})(\d+)[\"']")
_ERROR = re.compile(
    _TAG + rb"c\b([^>]*\st=[\"']e[\"'][^>]*)>\s*(?:" + _FORMULA + rb")?" + _TAG + rb"v>([^<]+)<",
)
_NO_VALUE = re.compile(
    _TAG
    + rb"c\b([^>]*)>\s*"
    + _FORMULA
    + rb"(?:"
    + _TAG
    + rb"v\s*/>|"
    + _TAG
    + rb"v>\s*"
    + _END
    + rb"v>)?\s*"
    + _END
    + rb"c>"
)
_TEXT_RESULT = re.compile(rb"\st=[\"']str[\"']")
_ROW_END = re.compile(_END + rb"row>")
_ZEROS = re.compile(r"(0{2,})(?:;.*)?")


@dataclass
class Marks:
    """Of a sheet, by row and column from 1: error words, formulas without a value, least digits that are shown."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: list[tuple[int, int]] = field(default_factory=list)
    padded: dict[tuple[int, int], int] = field(default_factory=dict)


class Parts:
    """The parts of a workbook."""

    def __init__(self, path: Path, label: str) -> None:
        """Find the sheets and the formats with zeros.

        Raises:
            FileUnreadable: the workbook is damaged.
        """
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
                self._sheets = _sheets(archive, names)
                styles = names.get("xl/styles.xml")
                self._zeros = _zeros(archive.read(styles)) if styles else {}
        except _DAMAGED:
            raise damaged(label) from None

    def scan(self, name: str, place: str) -> Marks:
        """Look through the XML of a sheet.

        Raises:
            FileUnreadable: it is damaged or reaches too far.
        """
        marks = Marks()
        padded = None
        if self._zeros:
            styles = b"|".join(str(style).encode() for style in self._zeros)
            padded = re.compile(_TAG + rb"c\b([^>]*\ss=[\"'](" + styles + rb")[\"'][^>]*)>")
        try:
            for part in self._rows(name):
                _reach(marks, part, place)
                _collect(marks, part)
                if padded:
                    for found in padded.finditer(part):
                        marks.padded[_position(found[1], place)] = self._zeros[int(found[2])]
        except _DAMAGED:
            raise damaged(place) from None
        return marks

    def _rows(self, name: str) -> Iterator[bytes]:
        """Pieces of the XML that end with a row."""
        rest = b""
        with zipfile.ZipFile(self._path) as archive, archive.open(self._sheets[name]) as content:
            while data := content.read(_CHUNK):
                rest += data
                cut = max((found.end() for found in _ROW_END.finditer(rest)), default=0)
                if cut:
                    yield rest[:cut]
                    rest = rest[cut:]
        yield rest


def letters(column: int) -> str:
    """The letters of a column, from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _number(text: bytes) -> int:
    number = 0
    for letter in text:
        number = number * 26 + letter - ord("A") + 1
    return number


def _position(attributes: bytes, place: str) -> tuple[int, int]:
    found = _REFERENCE.search(attributes)
    if not found:
        raise FileUnreadable(f"{place}: its cells do not say where they stand; open it in Excel and save it as .xlsx")
    return int(found[2]), _number(found[1])


def _reach(marks: Marks, part: bytes, place: str) -> None:
    references = set(_REFERENCE.findall(part))
    marks.rows = max(marks.rows, *map(int, {row for _, row in references}), 0)
    marks.columns = max(marks.columns, *map(_number, {column for column, _ in references}), 0)
    if marks.rows * marks.columns > MAX_CELLS:
        raise FileUnreadable(
            f"{place} reaches to row {marks.rows} and column {letters(marks.columns)}, more than can be read; "
            "delete the empty rows and columns beyond the table in Excel, or save it as .csv"
        )


def _collect(marks: Marks, part: bytes) -> None:
    for found in _ERROR.finditer(part):
        marks.errors[_position(found[1], "the sheet")] = found[2].decode("utf-8", "replace")
    for found in _NO_VALUE.finditer(part):
        if not _TEXT_RESULT.search(found[1]):
            marks.formulas.append(_position(found[1], "the sheet"))


def _elements(content: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small part in order, with their attributes, without the prefixes of names."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        found.append((_local(name), {_local(key): value for key, value in attributes.items()}))

    parser.StartElementHandler = start
    parser.Parse(content, True)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheets(archive: zipfile.ZipFile, names: Mapping[str, str]) -> dict[str, str]:
    """The part of each sheet, by its name."""
    relations = {
        attributes["Id"]: attributes["Target"]
        for element, attributes in _elements(archive.read(names["xl/_rels/workbook.xml.rels"]))
        if element == "Relationship"
    }
    found = {}
    for element, attributes in _elements(archive.read(names["xl/workbook.xml"])):
        if element == "sheet":
            target = relations[attributes["id"]]
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            found[attributes["name"]] = names.get(part.lower(), part)
    return found


def _zeros(styles: bytes) -> dict[int, int]:
    """The styles whose format shows zeros in front, with the number of digits."""
    digits: dict[str, int] = {}
    found = {}
    style = -1
    cells = False
    for element, attributes in _elements(styles):
        if element == "numFmt":
            code = _ZEROS.fullmatch(attributes.get("formatCode", ""))
            if code:
                digits[attributes["numFmtId"]] = len(code[1])
        elif element == "cellXfs":
            cells = True
        elif element == "xf" and cells:
            style += 1
            if attributes.get("numFmtId") in digits:
                found[style] = digits[attributes["numFmtId"]]
        elif element in ("cellStyles", "dxfs"):
            cells = False
    return found
