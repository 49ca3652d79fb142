"""Where a picture ends by its own account: what stands behind it is no part of it, and no viewer shows it.

Each function raises ValueError, IndexError or struct.error for a file that has no end.
"""

import struct

_JPEG_START = b"\xff\xd8"
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})  # after 0xFF: a stuffed byte or a restart, still the same scan
_WEBP_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "})


def end_of_png(content: bytes) -> int:
    """Behind the checksum of the chunk IEND."""
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        at += 12 + length
    if at > len(content):
        raise ValueError("no end")
    return at


def end_of_webp(content: bytes) -> int:
    """Behind the last chunk that a WebP may have, within the size that it states."""
    (size,) = struct.unpack_from("<I", content, 4)
    stated, at = min(8 + size, len(content)), 12
    while at + 8 <= stated:
        name, length = struct.unpack_from("<4sI", content, at)
        if name not in _WEBP_CHUNKS:
            break
        at += 8 + length + length % 2
    return min(at, len(content))


def end_of_jpeg(content: bytes, at: int = 0) -> int:
    """Behind the marker EOI of the picture that begins at `at`; those in its notes and thumbnail are passed over."""
    at += len(_JPEG_START)
    while True:
        at = content.index(b"\xff", at) + 1
        marker = content[at]
        if marker == 0xFF:  # a fill byte
            continue
        at += 1
        if marker == _END_OF_IMAGE:
            return at
        if marker == 0 or marker in _WITHOUT_LENGTH:
            continue
        at += struct.unpack_from(">H", content, at)[0]
        if marker == _START_OF_SCAN:
            at = _end_of_scan(content, at)


def _end_of_scan(content: bytes, at: int) -> int:
    """At the next marker: the bytes of a scan hold none."""
    at = content.index(b"\xff", at)
    while content[at + 1] in _IN_SCAN:
        at = content.index(b"\xff", at + 2)
    return at


def end_of_jpegs(content: bytes) -> int:
    """Behind the last one of several JPEGs with nothing but zeros between them."""
    end = end_of_jpeg(content)
    while True:
        at = end
        while content[at : at + 1] == b"\0":
            at += 1
        if not content.startswith(_JPEG_START, at):
            return end
        end = end_of_jpeg(content, at)
