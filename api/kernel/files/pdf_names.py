"""What a PDF does or carries beside its pages, looked for in every object and wherever a name can hide."""

import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import EncodedStreamObject, IndirectObject, NameObject

MOST_OBJECTS = 5_000
MOST_UNPACKED = 20 * 1024 * 1024  # bytes of all object streams together
RUNS = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/XFA", "/RichMedia", "/Rendition", "/SubmitForm", "/ImportData", "/GoToE"}
)
CARRIES = frozenset({"/EmbeddedFile", "/EmbeddedFiles", "/EF"})

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# the short names would be found in compressed data by chance
_WRITTEN = re.compile(b"|".join(re.escape(name.encode()) for name in sorted(RUNS | CARRIES) if len(name) > 6))


class TooMuch(ValueError):
    """More objects or more unpacked bytes than a document of a few pages has."""


def unwanted(reader: PdfReader, content: bytes) -> frozenset[str]:
    """The names of RUNS and CARRIES that the file uses.

    Raises:
        TooMuch: before it is all read.
        Exception: pypdf cannot read an object, of one of many kinds.
    """
    keys = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    keys |= {(number, 0) for number in reader.xref_objStm}
    if len(keys) > MOST_OBJECTS:
        raise TooMuch
    # first as written, object streams unpacked: what this reader skips as damaged may be read by another one
    found = set(_written(content))
    for unpacked in _object_streams(reader):
        found.update(_written(unpacked))
    for number, generation in sorted(keys):
        found.update(_names(reader.get_object(IndirectObject(number, generation, reader))))
    return frozenset(found & (RUNS | CARRIES))


def _written(content: bytes) -> Iterator[str]:
    plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    return (name.decode() for name in _WRITTEN.findall(plain))


def _object_streams(reader: PdfReader) -> Iterator[bytes]:
    """Their contents, one by one, so that little is unpacked before it is too much."""
    total = 0
    for number in sorted({stream for stream, _place in reader.xref_objStm.values()}):
        stream = reader.get_object(number)
        if isinstance(stream, EncodedStreamObject):
            unpacked = stream.get_data()
            total += len(unpacked)
            if total > MOST_UNPACKED:
                raise TooMuch
            yield unpacked


def _names(root: object) -> Iterator[str]:
    """The names in an object, keys too, however deep they stand in it; other objects are not followed."""
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, NameObject):
            yield str(each)
        elif isinstance(each, dict):
            waiting += [*dict.keys(each), *dict.values(each)]
        elif isinstance(each, list):
            waiting += list.__iter__(each)
