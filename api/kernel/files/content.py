"""Uploaded pictures and PDFs, checked by their content, whatever their name says."""

import hashlib
from dataclasses import dataclass

from api.kernel.files.errors import UploadRefused


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was found to be what `media_type` says."""

    content: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """The name it is kept under."""
        return hashlib.sha256(self.content).hexdigest()


def check(content: bytes, max_bytes: int) -> CheckedFile:
    """Accept a plain PNG, JPEG, WebP or PDF.

    Raises:
        UploadRefused: it is empty, too large, of another kind, damaged, or holds something else: the message names it.
    """
    # loaded with the first file: pypdf and Pillow are a tenth of the time that a start takes
    from api.kernel.files.pdfs import PDF_TYPE, check_pdf
    from api.kernel.files.pictures import ACCEPTED, check_picture

    if not content:
        raise UploadRefused("the file is empty; {accepted}", accepted=ACCEPTED)
    if len(content) > max_bytes:
        raise UploadRefused("the file is larger than {most} MB", most=max_bytes // 1024 // 1024)
    if content.startswith(b"%PDF-"):
        check_pdf(content)
        return CheckedFile(content, PDF_TYPE)
    return CheckedFile(content, check_picture(content))
