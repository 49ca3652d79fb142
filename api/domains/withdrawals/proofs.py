"""Transfer proofs, checked by their content, whatever their name says."""

import hashlib
import io
from dataclasses import dataclass

import puremagic
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from api.domains.withdrawals.errors import ProofRefused
from texts import Text

MAX_PIXELS = 40_000_000
IMAGE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PDF_TYPE = "application/pdf"
_SCRIPTS = ("/JavaScript", "/Launch")
_ACCEPTED = Text("send a PNG, JPEG, WebP or PDF file")
_UNKNOWN = Text("an unknown kind of file")


@dataclass(frozen=True, slots=True)
class Proof:
    """A checked proof."""

    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The name it is kept under."""
        return hashlib.sha256(self.content).hexdigest()


def check(content: bytes, max_bytes: int) -> Proof:
    """Accept a real PNG, JPEG, WebP or script-free PDF, whatever its name says.

    Raises:
        ProofRefused: empty, too large, of another kind, damaged, a picture of too many pixels, or a PDF with a script.
    """
    if not content:
        raise ProofRefused("the transfer proof is empty; {accepted}", accepted=_ACCEPTED)
    if len(content) > max_bytes:
        raise ProofRefused("the transfer proof is larger than {most} MB", most=max_bytes // 1024 // 1024)
    if content.startswith(b"%PDF-"):
        return _check_pdf(content)
    return _check_image(content)


def _check_image(content: bytes) -> Proof:
    try:
        with Image.open(io.BytesIO(content), formats=tuple(IMAGE_TYPES)) as image:
            media_type = IMAGE_TYPES[str(image.format)]
            if image.width * image.height > MAX_PIXELS:
                raise ProofRefused(
                    "the picture has {width} x {height} pixels; send a smaller one",
                    width=image.width,
                    height=image.height,
                )
            image.load()
    except UnidentifiedImageError:
        raise ProofRefused(
            "the transfer proof looks like {kind}; {accepted}", kind=_guess(content), accepted=_ACCEPTED
        ) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ProofRefused("the picture is damaged; {accepted}", accepted=_ACCEPTED) from None
    return Proof(content, media_type)


def _check_pdf(content: bytes) -> Proof:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, RecursionError):
        raise ProofRefused("the PDF is damaged; export it again") from None
    if pages == 0:
        raise ProofRefused("the PDF has no page")
    if _has_script(reader):
        raise ProofRefused("the PDF carries a script or starts a program; print it to a plain PDF")
    return Proof(content, PDF_TYPE)


def _has_script(reader: PdfReader) -> bool:
    """Whether any object of the file, compressed ones too, holds JavaScript or a launch action."""
    numbers = {number for generation in reader.xref.values() for number in generation} | set(reader.xref_objStm)
    for number in numbers:
        try:
            found = reader.get_object(number)
        except PyPdfError:
            continue  # a dangling reference: no reader can follow it either
        if isinstance(found, DictionaryObject) and ("/JS" in found or found.get("/S") in _SCRIPTS):
            return True
    return False


def _guess(content: bytes) -> str:
    try:
        return str(puremagic.from_string(content)) or _UNKNOWN
    except (puremagic.PureError, ValueError):
        return _UNKNOWN
