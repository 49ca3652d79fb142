"""Fields that the bodies and forms of withdrawals and payouts share."""

import re
from typing import Annotated

from fastapi import Form
from pydantic import AfterValidator, BeforeValidator

from texts import TextError

MOST_RUPIAH = 2**53 - 1  # what every client's numbers hold exactly


def _digits(value: object) -> object:
    """Text of digits alone: 400.000 is four hundred thousand to its writer and four hundred to a parser."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value) is None:
        raise TextError("type whole rupiah in digits only, such as 400000")
    return value


def _storable(value: str) -> str:
    """Text that both databases keep."""
    if "\0" in value:
        raise TextError("the text has a NUL sign in it, which no database keeps")
    return value


TypedRupiah = Annotated[int | None, BeforeValidator(_digits), Form(gt=0, le=MOST_RUPIAH)]
Words = Annotated[str, AfterValidator(_storable)]
