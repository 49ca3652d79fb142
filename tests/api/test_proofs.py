"""Transfer proofs by their content: what is accepted, and why everything else is not."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter

from api.kernel.files import pdf_contents
from api.kernel.files.content import check
from api.kernel.files.errors import UploadRefused

MOST = 5 * 1024 * 1024
PAGES = {
    2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
}
JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"


def written_pdf(more: bytes = b"", objects: dict[int, bytes] | None = None, generation: int = 0) -> bytes:
    """A PDF of one page; `more` goes into its catalogue, further objects are of the generation."""
    all_objects = {1: b"<< /Type /Catalog /Pages 2 0 R " + more + b" >>", **PAGES, **(objects or {})}
    out, places = bytearray(b"%PDF-1.7\n"), b""
    for number, content in sorted(all_objects.items()):
        own = generation if number > 3 else 0
        places += b"%010d %05d n \n" % (len(out), own)
        out += b"%d %d obj\n%b\nendobj\n" % (number, own, content)
    start, size = len(out), len(all_objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\n" % (size, places, size)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(head: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (head, len(content), content)


def packed_pdf(hidden: bytes, blank: int = 0) -> bytes:
    """A PDF whose fourth object stands in a compressed object stream with so many blanks behind it."""
    inner = zlib.compress(b"4 0 " + hidden + b" " * blank, 9)
    out, places = bytearray(b"%PDF-1.7\n"), [(0, 0, 255)]
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
        **PAGES,
        5: stream(b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", inner),
    }
    for number in range(1, 7):
        if number == 4:
            places.append((2, 5, 0))
            continue
        places.append((1, len(out), 0))
        if number < 6:
            out += b"%d 0 obj\n%b\nendobj\n" % (number, objects[number])
    table = b"".join(struct.pack(">BIB", *place) for place in places)
    out += b"6 0 obj\n" + stream(b"/Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R", table)
    return bytes(out + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[6][1])


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(kind: str, width: int = 8, height: int = 8, frames: int = 1, mode: str = "RGB") -> bytes:
    images = [Image.new(mode, (width, height), 9 * number % 256) for number in range(frames)]
    out = io.BytesIO()
    images[0].save(out, kind, **({"save_all": True, "append_images": images[1:]} if frames > 1 else {}))
    return out.getvalue()


def progressive() -> bytes:
    """A JPEG of several scans, with a thumbnail among its notes."""
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x010E] = "\xff\xd9 as text"
    Image.effect_noise((90, 90), 60).convert("RGB").save(out, "JPEG", progressive=True, exif=notes, comment=b"\xff\xd9")
    return out.getvalue()


def claimed_png(width: int, height: int) -> bytes:
    """A file of some hundred bytes that says how large its picture is, and holds next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def counted_in(webp: bytes) -> bytes:
    """The RIFF size made that of the whole file."""
    return webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:]


FIFTY_MEGAPIXELS = picture("PNG", 10_000, 5_000, mode="1")
FILE = {
    4: b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>",
    5: stream(b"/Type /EmbeddedFile", b"MZ\x90\x00"),
}
ZIP = b"PK\x05\x06" + bytes(18)  # an empty archive


def updated_pdf(more: bytes = b"", between: bytes = b"") -> bytes:
    """A PDF that was written in two steps, as programs do that fill in a form or sign; `between` stands behind the
    end of the first one."""
    first = written_pdf()
    out = bytearray(first + between)
    place = len(out)
    out += b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + more + b" >>\nendobj\n"
    start, before = len(out), int(first.rsplit(b"startxref\n", 1)[1].split()[0])
    out += b"xref\n1 1\n%010d 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R /Prev %d >>\n" % (place, before)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def annotated(action: bytes, objects: dict[int, bytes] | None = None) -> bytes:
    """A PDF whose page has a link that does the action."""
    link = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A " + action + b" >>"
    return written_pdf(objects={3: PAGES[3][:-2] + b"/Annots [" + link + b"] >>", **(objects or {})})


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "zero bytes": (bytes(200), "send a PNG"),
    "a program for Windows": (b"MZ\x90\x00" + bytes(200), "send a PNG"),
    "a program for Linux": (b"\x7fELF" + bytes(200), "send a PNG"),
    "a shell script": (b"#!/bin/sh\nrm -rf /\n", "send a PNG"),
    "an HTML page": (b"<html><script>alert(1)</script></html>", "send a PNG"),
    "an SVG": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "send a PNG"),
    "an archive": (b"PK\x03\x04" + bytes(60), "send a PNG"),
    "a GIF": (picture("GIF"), "send a PNG"),
    "a PNG and an HTML page": (picture("PNG") + b"<HTML><script>alert(1)</script>", "carries a web page"),
    "a PNG and an SVG": (picture("PNG") + b"<svg onload='alert(1)'>", "carries a web page"),
    "a JPEG and a PDF": (picture("JPEG") + written_pdf(), "carries a web page or a document"),
    "half a JPEG": (picture("JPEG", 300, 300)[:600], "is damaged"),
    "a JPEG without its end": (picture("JPEG", 300, 300)[:-2], "is damaged"),
    "half a PNG": (picture("PNG", 4000)[:90], "is damaged"),
    "half a WebP": (picture("WEBP", 300, 300)[:40], "is damaged"),
    "50 megapixels": (FIFTY_MEGAPIXELS, "10000 x 5000 pixels"),
    "100 megapixels": (claimed_png(10_000, 10_000), "10000 x 10000 pixels"),
    "400 megapixels": (claimed_png(20_000, 20_000), "far too many pixels"),
    "more pixels than any": (claimed_png(2**31 - 1, 2**31 - 1), "far too many pixels"),
    "a PNG that ends in its pixels": (claimed_png(100, 100), "is damaged"),
    "a WebP of 200 frames": (picture("WEBP", frames=200), "moves"),
    "a PNG of 20 frames": (picture("PNG", frames=20), "moves"),
    "over 5 MB": (picture("PNG") + bytes(MOST), "larger than 5 MB"),
    "half a PDF": (written_pdf()[:60], "damaged"),
    "a PDF of zeros": (b"%PDF-1.7\n" + bytes(500), "damaged"),
    "a PDF whose pages are in a circle": (
        written_pdf(objects={2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"}), "damaged",
    ),
    "a PDF without pages": (written_pdf(objects={2: b"<< /Type /Pages /Kids [] /Count 0 >>"}), "no page"),
    "a script on opening": (written_pdf(b"/OpenAction " + JAVASCRIPT), "carries a script"),
    "a script of its own": (written_pdf(b"/OpenAction 4 0 R", {4: JAVASCRIPT}), "carries a script"),
    "a script of a later generation": (written_pdf(b"/OpenAction 4 1 R", {4: JAVASCRIPT}, 1), "carries a script"),
    "a script on closing": (written_pdf(b"/AA << /WC " + JAVASCRIPT + b" >>"), "carries a script"),
    "a script under another spelling": (
        written_pdf(b"/OpenAction << /S /J#61vaScrip#74 /#4a#53 (1) >>"), "carries a script",
    ),
    "a script in the list of names": (
        written_pdf(b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", {4: b"<< /S /X >>"}), "carries a script",
    ),
    "a script in a note": (
        written_pdf(objects={3: PAGES[3][:-2] + b"/Annots [<< /Subtype /Link /A " + JAVASCRIPT + b" >>] >>"}),
        "carries a script",
    ),
    "a script behind a kind by reference": (
        written_pdf(b"/OpenAction << /S 4 0 R /J#53 (1) >>", {4: b"/JavaScript"}), "carries a script",
    ),
    "a script in a compressed object": (packed_pdf(JAVASCRIPT), "carries a script"),
    "a script behind damage": (packed_pdf(b"<< 7 7 /S /JavaScript >>"), "carries a script"),
    "a script that no table names": (written_pdf() + b"9 0 obj\n" + JAVASCRIPT + b"\nendobj\n", "carries a script"),
    "a form with a script": (
        written_pdf(b"/AcroForm << /XFA 4 0 R >>", {4: stream(b"", b"<xdp/>")}), "carries a script",
    ),
    "a form that sends": (written_pdf(b"/OpenAction << /S /SubmitForm /F (http://x.test) >>"), "a form that sends"),
    "a program to start": (written_pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "a program to start"),
    "a file within": (written_pdf(b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>", FILE), "another file"),
    "a web address": (annotated(b"<< /S /URI /URI (https://bank.test/kuitansi) >>"), "a link to a web address"),
    "a web address under another spelling": (annotated(b"<< /S /U#52I /URI (https://x.test) >>"), "a web address"),
    "a web address by reference": (
        annotated(b"<< /S 4 0 R /URI (https://x.test) >>", {4: b"/URI"}), "a link to a web address",
    ),
    "a web address of its own": (annotated(b"4 0 R", {4: b"<< /S /URI /URI (https://x.test) >>"}), "a web address"),
    "a web address in a compressed object": (packed_pdf(b"<< /S /URI /URI (https://x.test) >>"), "a web address"),
    "a web address that no table names": (
        written_pdf() + b"9 0 obj\n<< /S /URI /URI (http://x) >>\nendobj\n" + written_pdf()[-24:], "a link to a web",
    ),
    "a link to another file": (annotated(b"<< /S /GoToR /F (other.pdf) /D [0 /Fit] >>"), "a link to another file"),
    "a link to a file on a server": (annotated(b"<< /S /GoToR /F (\\\\x.test\\a.pdf) /D [0] >>"), "a link to another"),
    "a link into a file within": (annotated(b"<< /S /GoToE /T << /R /C /N (a) >> >>"), "a link to another file"),
    "printing on opening": (written_pdf(b"/OpenAction << /S /Named /N /Print >>"), "a command to print"),
    "a command to the reader": (annotated(b"<< /S /Named /N /SaveAs >>"), "a command to print or save"),
    "an action after another": (
        annotated(b"<< /S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (http://x.test) >> >>"), "a link to a web",
    ),
    "a form that is emptied": (annotated(b"<< /S /ResetForm >>"), "a form that sends or changes data"),
    "a form that reads a file": (annotated(b"<< /S /ImportData /F (a.fdf) >>"), "a form that sends or changes data"),
    "sound": (annotated(b"<< /S /Sound /Sound 4 0 R >>", {4: stream(b"/R 8000", b"0")}), "sound or film"),
    "film": (annotated(b"<< /S /Movie /T (a) >>"), "sound or film"),
    "layers that are switched": (annotated(b"<< /S /SetOCGState /State [/OFF 4 0 R] >>", {4: b"<<>>"}), "layers"),
    "a hidden note": (annotated(b"<< /S /Hide /T (a) >>"), "that appears or disappears"),
    "an action of two kinds": (
        written_pdf(b"/OpenAction << /S /Launch /F (a) /Next << /S /URI /URI (http://x) >> >>"),
        "a link to a web address, a program to start",
    ),
    "an update that adds a script": (updated_pdf(b"/OpenAction " + JAVASCRIPT), "carries a script"),
    "a PDF and an archive": (written_pdf() + ZIP, "22 bytes behind its end"),
    "a PDF and a program": (written_pdf() + b"MZ\x90\x00" + bytes(60), "64 bytes behind its end"),
    "a PDF and another end": (written_pdf() + ZIP + written_pdf()[-20:], "bytes behind its end"),
    "a PDF and half an end": (written_pdf() + ZIP + b"\n%%EOF\n", "damaged"),
    "an archive before an update": (updated_pdf(between=ZIP), "22 bytes behind its end"),
    "a PDF without its end": (written_pdf().replace(b"%%EOF\n", b""), "damaged"),
    "a PNG and an archive": (picture("PNG") + ZIP, "22 bytes behind its end"),
    "a PNG and one byte": (picture("PNG") + b"a", "1 bytes behind its end"),
    "a JPEG and an archive": (picture("JPEG") + ZIP, "22 bytes behind its end"),
    "a JPEG and a second one that no index names": (picture("JPEG") + picture("JPEG"), "bytes behind its end"),
    "several pictures and an archive": (picture("MPO", frames=2) + ZIP, "22 bytes behind its end"),
    "a WebP and an archive": (picture("WEBP") + ZIP, "22 bytes behind its end"),
    "a WebP that counts the archive in": (counted_in(picture("WEBP") + ZIP), "bytes behind its end"),
    "a password": (locked_pdf("secret"), "has a password"),
    "a lock without password": (locked_pdf(""), "has a password"),
    "a huge object stream": (packed_pdf(b"<< >>", pdf_contents.MOST_UNPACKED), "too large when unpacked"),
    "too many objects": (
        written_pdf(objects=dict.fromkeys(range(4, pdf_contents.MOST_OBJECTS + 2), b"1")),
        "too large when unpacked",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_plain_proof_is_refused_with_its_reason(name: str) -> None:
    content, reason = REFUSED[name]
    with pytest.raises(UploadRefused) as refused:
        check(content, MOST)
    assert reason in str(refused.value.message)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("MPO", frames=2), "image/jpeg"),  # a telephone's picture with its preview behind it
        (picture("WEBP"), "image/webp"),
        (picture("PNG", 8_000, 5_000, mode="1"), "image/png"),
        (written_pdf(), "application/pdf"),
        (written_pdf(b"/OpenAction [3 0 R /Fit]"), "application/pdf"),
        (written_pdf(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"), "application/pdf"),
        (annotated(b"<< /S /GoTo /D [3 0 R /Fit] >>"), "application/pdf"),
        (updated_pdf(), "application/pdf"),
        (written_pdf(b"/StructTreeRoot << /K << /S /Link /P 1 0 R >> >>"), "application/pdf"),
        (written_pdf() + b"\r\n\0\0", "application/pdf"),
        (written_pdf().replace(b"\n", b"\r"), "application/pdf"),
        (progressive(), "image/jpeg"),
        (picture("JPEG") + bytes(9), "image/jpeg"),
        (packed_pdf(b"[3 0 R /Fit]"), "application/pdf"),
        (written_pdf(objects={4: stream(b"/Filter /FlateDecode", zlib.compress(bytes(10**8), 9))}), "application/pdf"),
    ],
    ids=[
        *("PNG", "JPEG", "MPO", "WebP", "40 MP", "PDF", "PDF with a view", "PDF with a view as an action"),
        *("PDF with a link within", "PDF in two steps", "PDF with structure", "PDF with blanks behind"),
        *("PDF of old lines", "progressive JPEG", "JPEG with zeros behind", "packed PDF", "long PDF"),
    ],
)
def test_a_plain_proof_is_accepted_as_what_it_is(content: bytes, media_type: str) -> None:
    assert check(content, MOST).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [picture("PNG"), picture("JPEG"), picture("WEBP"), picture("MPO", frames=2), written_pdf(), packed_pdf(b"[3 0 R]")],
    ids=["PNG", "JPEG", "WebP", "MPO", "PDF", "packed PDF"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_damage_anywhere_is_accepted_or_refused_but_never_a_fault(content: bytes) -> None:
    def damaged(change: Callable[[bytearray, int], None], at: int) -> bytes:
        copy = bytearray(content)
        change(copy, at)
        return bytes(copy)

    def flipped(copy: bytearray, at: int) -> None:
        copy[at] ^= 0x41

    def cut(copy: bytearray, at: int) -> None:
        del copy[at : at + 5]

    refused, places = 0, range(0, len(content), max(1, len(content) // 150))
    for at in places:
        for change in (flipped, cut):
            try:
                check(damaged(change, at), MOST)
            except UploadRefused:
                refused += 1
    assert 0 < refused < 2 * len(places)
