"""Uploaded pictures and PDFs, checked by their content, whatever their name says."""

import hashlib
import io
import re
import struct
import zlib
from dataclasses import dataclass

import puremagic
from fastapi import UploadFile
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import DependencyError, DeprecationError, PyPdfError

from api.kernel.files.errors import UploadRefused
from api.kernel.files.pdf_names import RUNS, TooMuch, unwanted
from texts import Text

MAX_PIXELS = 40_000_000
IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PDF_TYPE = "application/pdf"
_SEVERAL = "MPO"  # what Pillow calls a JPEG with further pictures behind it, as telephones write them
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)[\s/>]|%PDF-[12]\.", re.IGNORECASE)
_DAMAGED = (
    PyPdfError,
    DependencyError,
    DeprecationError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_ACCEPTED = Text("send a PNG, JPEG, WebP or PDF file")
_UNKNOWN = Text("an unknown kind of file")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was found to be what `media_type` says."""

    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The name it is kept under."""
        return hashlib.sha256(self.content).hexdigest()


def read_upload(upload: UploadFile | None, max_bytes: int) -> CheckedFile | None:
    """The checked upload; None without one.

    Raises:
        UploadRefused: as `check` does.
    """
    if upload is None:
        return None
    if upload.size is not None and upload.size > max_bytes:
        raise UploadRefused("the file is larger than {most} MB", most=max_bytes // 1024 // 1024)
    return check(upload.file.read(max_bytes + 1), max_bytes)


def check(content: bytes, max_bytes: int) -> CheckedFile:
    """Accept a real PNG, JPEG, WebP or script-free PDF, whatever its name says.

    Raises:
        UploadRefused: empty, too large, of another kind, damaged, a picture of too many pixels, or a PDF with a script.
    """
    if not content:
        raise UploadRefused("the file is empty; {accepted}", accepted=_ACCEPTED)
    if len(content) > max_bytes:
        raise UploadRefused("the file is larger than {most} MB", most=max_bytes // 1024 // 1024)
    if content.startswith(b"%PDF-"):
        return _check_pdf(content)
    return _check_image(content)


def _check_image(content: bytes) -> CheckedFile:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(IMAGE_TYPES)) as image:
            _check_size(image)
            image.load()
            is_several = image.format == _SEVERAL
            media_type = IMAGE_TYPES["JPEG" if is_several else str(image.format)]
            is_moving = not is_several and getattr(image, "n_frames", 1) > 1
    except UnidentifiedImageError:
        raise UploadRefused(
            "the file looks like {kind}; {accepted}", kind=_guess(content), accepted=_ACCEPTED
        ) from None
    except Image.DecompressionBombError:
        raise UploadRefused("the picture has far too many pixels; send a smaller one") from None
    except _DAMAGED:
        raise UploadRefused("the picture is damaged; {accepted}", accepted=_ACCEPTED) from None
    if is_moving:
        raise UploadRefused("the picture moves; send a picture that stands still")
    if _MARKUP.search(content):
        raise UploadRefused("the picture carries a web page or a document; send a plain screenshot")
    return CheckedFile(content, media_type)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UploadRefused(
            "the picture has {width} x {height} pixels; send a smaller one", width=image.width, height=image.height
        )


def _check_pdf(content: bytes) -> CheckedFile:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UploadRefused("the PDF has a password or is locked; print it to a plain PDF")
        found = unwanted(reader, content)
        pages = len(reader.pages)
    except TooMuch:
        raise UploadRefused("the PDF is too large when unpacked; send a picture of it") from None
    except _DAMAGED:
        raise UploadRefused("the PDF is damaged; export it again") from None
    if found & RUNS:
        raise UploadRefused("the PDF carries a script or starts a program; print it to a plain PDF")
    if found:
        raise UploadRefused("the PDF carries another file; print it to a plain PDF")
    if pages == 0:
        raise UploadRefused("the PDF has no page")
    return CheckedFile(content, PDF_TYPE)


def _guess(content: bytes) -> str:
    try:
        return str(puremagic.from_string(content)) or _UNKNOWN
    except (puremagic.PureError, ValueError):
        return _UNKNOWN
