"""What a workbook holds, counted while it is unpacked, before a reader builds objects of it.

A few kilobytes unpack to millions of elements. openpyxl keeps a whole row, every format and every word of a workbook in
memory, so these are counted first, in one pass over the parts that keeps nothing, and the file is refused at the limit.
"""

import zipfile
from xml.parsers import expat

from api.kernel.files.errors import UploadRefused

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELLS = 500_000  # of all sheets; also the words that cells share
MAX_IN_ROW = 65_536  # elements; a spreadsheet has 16,384 columns
MAX_OTHERS = 100_000  # formats, rules, columns
MAX_SHEETS = 50

_RECORDS = frozenset({"row", "si"})  # what openpyxl keeps as a whole
_CHUNK = 64 * 1024


def check_workbook(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that is too much to be read.

    Raises:
        UploadRefused: at the limit that is reached.
        Exception: the archive is damaged, in one of many ways.
    """
    if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
        raise UploadRefused("the workbook is larger than {most} MB when unpacked", most=MAX_UNPACKED // 1024 // 1024)
    counts = _Counts()
    for part in archive.infolist():
        counts.begin_part()
        # a part gives no more bytes than it states, and a false statement is damage
        with archive.open(part) as content:
            parser = expat.ParserCreate()
            parser.StartElementHandler, parser.EndElementHandler = counts.start, counts.end
            parser.StartDoctypeDeclHandler = _refuse_doctype
            try:
                while chunk := content.read(_CHUNK):
                    parser.Parse(chunk, False)
            except expat.ExpatError:
                continue  # no XML, such as a picture; a part that should be some is found damaged by its reader


class _Counts:
    """How much of everything there is so far."""

    def __init__(self) -> None:
        self.rows = self.cells = self.others = self.sheets = 0
        self.record = ""  # the row or word that is open
        self.in_record = 0

    def begin_part(self) -> None:
        self.record = ""

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self.record:
            self.in_record += 1
            if self.in_record > MAX_IN_ROW:
                raise too_wide()
        elif local in _RECORDS:
            self.record, self.in_record = name, 0
        else:
            self.others += 1
        self.rows += local == "row"
        self.cells += local in ("c", "si")
        self.sheets += local == "sheet"
        self._check()

    def end(self, name: str) -> None:
        if name == self.record:
            self.record = ""

    def _check(self) -> None:
        if self.rows > MAX_ROWS:
            raise too_many_rows()
        if self.cells > MAX_CELLS:
            raise UploadRefused("the file has more than {most} cells", most=MAX_CELLS)
        if self.sheets > MAX_SHEETS:
            raise UploadRefused("the workbook has more than {most} sheets", most=MAX_SHEETS)
        if self.others > MAX_OTHERS:
            raise UploadRefused("the workbook has more than {most} formats and rules", most=MAX_OTHERS)


def too_many_rows() -> UploadRefused:
    """The refusal of a file that is too long."""
    return UploadRefused("the file has more than {most} rows", most=MAX_ROWS)


def too_wide() -> UploadRefused:
    """The refusal of a file with a row that is too wide."""
    return UploadRefused("the file has more than {most} cells in one row", most=MAX_IN_ROW)


def damaged() -> UploadRefused:
    """The refusal of a workbook that cannot be read."""
    return UploadRefused("the workbook is damaged; download it again")


def _refuse_doctype(_name: str, _system: str | None, _public: str | None, _has_subset: bool) -> None:
    """A workbook has none; entities of entities unpack to gigabytes."""
    raise damaged()
