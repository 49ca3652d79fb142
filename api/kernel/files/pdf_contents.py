"""What a PDF does or carries beside its pages, looked for in every object and wherever a name can hide.

A link within the document (GoTo) is its only action that a reader does by itself and that reaches nothing else.
"""

import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import EncodedStreamObject, IndirectObject, NameObject

from texts import Text

MOST_OBJECTS = 5_000
MOST_UNPACKED = 20 * 1024 * 1024  # bytes of all object streams together

SCRIPT = Text("a script")
PROGRAM = Text("a program to start")
FORM = Text("a form that sends or changes data")
MEDIA = Text("sound or film")
OTHER_FILE = Text("another file")
WEB_ADDRESS = Text("a link to a web address")
LINK_TO_FILE = Text("a link to another file")
COMMAND = Text("a command to print or save")
LAYERS = Text("layers that are switched")
HIDDEN = Text("something that appears or disappears")

# names that are refused wherever they stand
NAMES = {
    "/JavaScript": SCRIPT,
    "/JS": SCRIPT,
    "/XFA": SCRIPT,
    "/Launch": PROGRAM,
    "/SubmitForm": FORM,
    "/ImportData": FORM,
    "/RichMedia": MEDIA,
    "/Rendition": MEDIA,
    "/EmbeddedFile": OTHER_FILE,
    "/EmbeddedFiles": OTHER_FILE,
    "/EF": OTHER_FILE,
}
# kinds of actions, whose names also stand elsewhere and then mean nothing
ACTIONS = {
    "/URI": WEB_ADDRESS,
    "/GoToR": LINK_TO_FILE,
    "/GoToE": LINK_TO_FILE,
    "/GoToDp": LINK_TO_FILE,
    "/Thread": LINK_TO_FILE,
    "/Named": COMMAND,
    "/ResetForm": FORM,
    "/Sound": MEDIA,
    "/Movie": MEDIA,
    "/GoTo3DView": MEDIA,
    "/RichMediaExecute": MEDIA,
    "/Trans": HIDDEN,
    "/Hide": HIDDEN,
    "/SetOCGState": LAYERS,
}

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# the short names would be found in compressed data by chance
_NAME = re.compile(b"|".join(re.escape(name.encode()) for name in sorted(NAMES) if len(name) > 6))
_ACTION = re.compile(
    rb"/S\s*(" + b"|".join(re.escape(name.encode()) for name in sorted(ACTIONS)) + rb")(?=[\s/<>()\[\]%]|$)"
)


class TooMuch(ValueError):
    """More objects or more unpacked bytes than a document of a few pages has."""


def unwanted(reader: PdfReader, content: bytes) -> list[Text]:
    """What is found of NAMES and ACTIONS, in words.

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
        found.update(_in_object(reader.get_object(IndirectObject(number, generation, reader))))
    return sorted(found)


def _written(content: bytes) -> Iterator[Text]:
    plain = _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), content)
    yield from (NAMES[name.decode()] for name in _NAME.findall(plain))
    yield from (ACTIONS[name.decode()] for name in _ACTION.findall(plain))


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


def _in_object(root: object) -> Iterator[Text]:
    """What stands in an object, however deep; of other objects only a kind of action is followed."""
    waiting = [root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, NameObject):
            if each in NAMES:
                yield NAMES[each]
        elif isinstance(each, dict):
            waiting += [*dict.keys(each), *dict.values(each)]
            kind = dict.get(each, "/S")
            kind = kind.get_object() if isinstance(kind, IndirectObject) else kind
            if isinstance(kind, NameObject) and kind in ACTIONS:
                yield ACTIONS[kind]
        elif isinstance(each, list):
            waiting += list.__iter__(each)
