"""What the readers of pictures and PDFs raise for a damaged file, and what stands behind the end of a file."""

import struct
import zlib
from typing import NoReturn

import puremagic
from pypdf.errors import DependencyError, DeprecationError, PyPdfError

from api.kernel.files.errors import UploadRefused
from texts import Text

DAMAGE = (
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


def kind_of(content: bytes) -> str:
    """What the content looks like, such as ".zip"."""
    try:
        return str(puremagic.from_string(content)) or Text("an unknown kind of file")
    except (puremagic.PureError, ValueError):
        return Text("an unknown kind of file")


def refuse_tail(tail: bytes) -> NoReturn:
    """Refuse a file for what stands behind its end."""
    raise UploadRefused(
        "the file has {count} bytes behind its end ({kind}); save it again, or send a screenshot",
        count=len(tail),
        kind=kind_of(tail),
    )
