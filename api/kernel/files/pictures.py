"""Uploaded pictures: one that stands still, of a size that can be shown, and nothing behind its end."""

import io
import re

from PIL import Image, UnidentifiedImageError

from api.kernel.files.damage import DAMAGE, kind_of, refuse_tail
from api.kernel.files.errors import UploadRefused
from api.kernel.files.picture_ends import end_of_jpeg, end_of_jpegs, end_of_png, end_of_webp
from texts import Text

MAX_PIXELS = 40_000_000
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ACCEPTED = Text("send a PNG, JPEG, WebP or PDF file")
_SEVERAL = "MPO"  # what Pillow calls a JPEG with further pictures behind it, as telephones write them
_ENDS = {"PNG": end_of_png, "JPEG": end_of_jpeg, _SEVERAL: end_of_jpegs, "WEBP": end_of_webp}
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype|\?php)[\s/>]|%PDF-[12]\.", re.IGNORECASE)


def check_picture(content: bytes) -> str:
    """The media type of a PNG, JPEG or WebP.

    Raises:
        UploadRefused: of another kind, damaged, of too many pixels, moving, or with something else in it.
    """
    try:
        with Image.open(io.BytesIO(content), formats=tuple(TYPES)) as image:
            _check_size(image)
            image.load()
            kind = str(image.format)
            is_moving = kind != _SEVERAL and getattr(image, "n_frames", 1) > 1
        end = _ENDS[kind](content)
    except UnidentifiedImageError:
        raise UploadRefused(
            "the file looks like {kind}; {accepted}", kind=kind_of(content), accepted=ACCEPTED
        ) from None
    except Image.DecompressionBombError:
        raise UploadRefused("the picture has far too many pixels; send a smaller one") from None
    except DAMAGE:
        raise UploadRefused("the picture is damaged; {accepted}", accepted=ACCEPTED) from None
    if is_moving:
        raise UploadRefused("the picture moves; send a picture that stands still")
    if _MARKUP.search(content):
        raise UploadRefused("the picture carries a web page or a document; send a plain screenshot")
    tail = content[end:]
    if tail.strip(b"\0"):
        refuse_tail(tail)
    return TYPES["JPEG" if kind == _SEVERAL else kind]


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise UploadRefused(
            "the picture has {width} x {height} pixels; send a smaller one", width=image.width, height=image.height
        )
