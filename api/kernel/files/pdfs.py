"""Uploaded PDFs: plain pages, and nothing behind their end."""

import io
import re

from pypdf import PdfReader

from api.kernel.files.damage import DAMAGE, refuse_tail
from api.kernel.files.errors import UploadRefused
from api.kernel.files.pdf_contents import TooMuch, unwanted
from texts import listed

PDF_TYPE = "application/pdf"
_BLANK = b"\0\t\n\f\r "
_END = b"%%EOF"
_UPDATE = re.compile(rb"[0-9]+[\0\t\n\f\r ]+[0-9]+[\0\t\n\f\r ]+obj|xref")  # how an update of the file goes on


def check_pdf(content: bytes) -> None:
    """Refuse what is no plain PDF.

    Raises:
        UploadRefused: damaged, locked, without a page, or it carries or does something.
    """
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UploadRefused("the PDF has a password or is locked; print it to a plain PDF")
        found = unwanted(reader, content)
        pages = len(reader.pages)
    except TooMuch:
        raise UploadRefused("the PDF is too large when unpacked; send a picture of it") from None
    except DAMAGE:
        raise UploadRefused("the PDF is damaged; export it again") from None
    if found:
        raise UploadRefused("the PDF carries {found}; print it to a plain PDF, or send a picture", found=listed(found))
    if pages == 0:
        raise UploadRefused("the PDF has no page")
    _refuse_behind_end(content)


def _refuse_behind_end(content: bytes) -> None:
    """What follows an end is blank, or an update of the file with its own end."""
    sections = content.split(_END)
    if len(sections) == 1:
        raise UploadRefused("the PDF is damaged; export it again")
    for number, section in enumerate(sections[1:], 1):
        rest = section.lstrip(_BLANK)
        update = _UPDATE.search(rest) if number < len(sections) - 1 else None
        foreign = rest[: update.start()] if update else rest
        if foreign:
            refuse_tail(foreign)
