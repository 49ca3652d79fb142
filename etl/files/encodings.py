"""The encoding of a text file: as its mark or the mapping says, or as the whole file proves.

Every byte is decoded before one row is read. In this order: a mark of byte order; what the mapping declares; UTF-32 and
UTF-16 without a mark, by their NUL bytes; UTF-8, if the whole file is; cp1252, the encoding of Windows
and of Excel's CSV (which latin-1 is a part of), if its letters stand as those of words do. Anything else is refused.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from etl.files.tables import FileUnreadable

_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHOWN = {"utf-8-sig": "utf-8", "ascii": "utf-8"}
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x7f]")
# What cp1252 makes of the accented letters of other encodings: a sign within a word, a capital after a small letter,
# three accented letters in a row, two signs in a row, or one that only East Asian encodings have so often, such as ‚ƒ.
_NO_WORD = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ÿ][„¿¡÷×]|[‚ƒ†‡ˆ‰‹›˜¤¦¨¬¯¸]|[^\x00-\x7f][{\\\\[^~`]"
    "|[a-zà-öø-ÿ][ŠŽŒŸÀ-ÖØ-Þ][a-zà-öø-ÿ]|[a-zà-öø-ÿ][ŠŽŒŸÀ-ÖØ-Þ]|[ŠšŽžŒœŸÀ-ÖØ-öø-ÿ]{3}"
    "|[A-Za-z][£¥§¶¢¼½¾»«±³¹²ª“”•][a-z]|[¡-¬®-¿×÷]{2}|[¡-ÿ]{4}"
)


@dataclass(frozen=True)
class Encoding:
    """`codec` decodes the file, its mark included; `name` is shown.

    `marks`: there are such marks within it too; `mixed`: some lines may end in CR alone and others in LF.
    """

    codec: str
    name: str
    marks: bool
    mixed: bool


def encoding_of(path: Path, label: str, declared: str | None, to_declare: str) -> Encoding:
    """The encoding of a whole file. `to_declare`: where the mapping takes it, for the refusals.

    Raises:
        FileUnreadable: it is not what was declared, or cannot be told, or the file is damaged.
    """
    with path.open("rb") as content:
        start = content.read(_CHUNK)
    marked = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    if declared is not None:
        return _checked(path, label, codec_of(declared), declared, marked, to_declare)
    if marked:
        return _proved(path, label, marked)
    if b"\0" in start:
        return _wide(path, label, start, _WIDE)
    try:
        return _decoded(path, label, "utf-8")
    except UnicodeDecodeError as error:
        return _cp1252(path, label, error, to_declare)


def codec_of(declared: str) -> str:
    """The codec of an encoding by any of its names.

    Raises:
        ValueError: there is none of texts.
    """
    try:
        codec = codecs.lookup(declared)
        "".encode(declared)
    except (LookupError, ValueError):
        raise ValueError(f"{declared!r} is no encoding of texts; write one such as utf-8 or cp1252") from None
    return codec.name


def _checked(path: Path, label: str, codec: str, declared: str, marked: str | None, to_declare: str) -> Encoding:
    """The declared encoding, unless the bytes prove another one."""
    if marked:
        if not codec.startswith(marked.removesuffix("-sig")):
            raise FileUnreadable(
                f"{label} begins with the mark of {_SHOWN.get(marked, marked)}, the mapping says {declared}; "
                f"remove `encoding: {declared}` from {to_declare}"
            )
        return _proved(path, label, marked)
    if codec in ("utf-16", "utf-32"):
        with path.open("rb") as content:
            start = content.read(_CHUNK)
        if b"\0" not in start:
            raise FileUnreadable(f"{label} is not {declared}; change or remove `encoding: {declared}` in {to_declare}")
        return _wide(path, label, start, (f"{codec}-le", f"{codec}-be"))
    try:
        found = _decoded(path, label, codec)
    except UnicodeDecodeError as error:
        line, word = _place_of(path, codec, error)
        raise FileUnreadable(
            f"{label} is not {declared}: line {line} has {word}; "
            f"change or remove `encoding: {declared}` in {to_declare}"
        ) from None
    if codec not in ("utf-8", "ascii") and _is_utf8(path):
        raise FileUnreadable(
            f"{label} is UTF-8 by all its bytes, the mapping says {declared}; "
            f"remove `encoding: {declared}` from {to_declare}"
        )
    return found


def _proved(path: Path, label: str, codec: str) -> Encoding:
    try:
        return _decoded(path, label, codec)
    except UnicodeDecodeError as error:
        line, word = _place_of(path, codec, error)
        shown = _SHOWN.get(codec, codec)
        raise FileUnreadable(
            f"{label} begins as {shown} and is damaged in line {line}: {word}; save it again from where it comes"
        ) from None


def _decoded(path: Path, label: str, codec: str) -> Encoding:
    """Decode the whole file.

    Raises:
        UnicodeDecodeError: it is not of this encoding.
        FileUnreadable: there are NUL bytes in it.
    """
    decoder = codecs.getincrementaldecoder(codec)()
    lines, returns, marks, held = 1, 0, False, ""
    with path.open("rb") as content:
        while True:
            data = content.read(_CHUNK)
            text = held + decoder.decode(data, final=not data)
            # a CR at the end of a piece may belong to an LF at the start of the next
            held = "\r" if data and text.endswith("\r") else ""
            text = text[:-1] if held else text
            if "\0" in text:
                line = lines + text.count("\n", 0, text.index("\0"))
                raise FileUnreadable(
                    f"{label} has NUL bytes in line {line}: it is damaged or no text; save it again from where it comes"
                )
            lines += text.count("\n")
            returns += text.count("\r") - text.count("\r\n")
            marks = marks or "\ufeff" in text
            if not data:
                return Encoding(codec, _SHOWN.get(codec, codec), marks, mixed=returns > 0 and lines > 1)


def _wide(path: Path, label: str, start: bytes, candidates: tuple[str, ...]) -> Encoding:
    """UTF-32 or UTF-16 without a mark: the one encoding under which the file is text, with no NUL left in it."""
    fitting = []
    for codec in candidates:
        text = codecs.getincrementaldecoder(codec)("ignore").decode(start)
        plain = sum(map(str.isascii, text[:1000]))
        if not _CONTROLS.search(text) and plain * 2 > len(text[:1000]):
            fitting.append(codec)
    if len(fitting) == 1:
        return _proved(path, label, fitting[0])
    line = start.count(b"\n", 0, max(start.find(b"\0"), 0)) + 1
    raise FileUnreadable(
        f"{label} has NUL bytes in line {line}: it is damaged or no text; save it again from where it comes"
    )


def _cp1252(path: Path, label: str, first: UnicodeDecodeError, to_declare: str) -> Encoding:
    """cp1252 by rule: no letter of UTF-8 in the file, and none where words have none."""
    line, word = _place_of(path, "utf-8", first)
    advice = f"say which it is: add `encoding: cp1252` (or its name) to {to_declare}"
    with path.open("rb") as content:
        for number, text in enumerate(content, 1):
            if text.isascii():
                continue
            if _UTF8_LETTER.search(text):
                raise FileUnreadable(
                    f"{label} has letters of UTF-8 in line {number} and {word} that is none in line {line}: "
                    f"parts of two encodings, or one that cannot be told; {advice}, or save the file again as UTF-8"
                )
            try:
                doubtful = _NO_WORD.search(text.decode("cp1252")) is not None
            except UnicodeDecodeError:
                doubtful = True
            if doubtful:
                raise FileUnreadable(
                    f"{label} is neither UTF-8 nor for certain cp1252 (line {number}): {advice}, "
                    "or save the file again as UTF-8"
                )
    return _decoded(path, label, "cp1252")


def _is_utf8(path: Path) -> bool:
    """Whether a file holds letters beyond ASCII, all of them of UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_ascii = True
    with path.open("rb") as content:
        try:
            while data := content.read(_CHUNK):
                is_ascii = is_ascii and data.isascii()
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return not is_ascii


def _place_of(path: Path, codec: str, error: UnicodeDecodeError) -> tuple[int, str]:
    """The line of the first byte that cannot be decoded, and the byte. Only for refusals: it decodes anew."""
    decoder = codecs.getincrementaldecoder(codec)()
    line = 1
    with path.open("rb") as content:
        for data in content:
            try:
                line += decoder.decode(data).count("\n")
            except UnicodeDecodeError as found:
                return line, f"the byte 0x{found.object[found.start]:02X}"
    return line, f"the byte 0x{error.object[error.start]:02X}"
