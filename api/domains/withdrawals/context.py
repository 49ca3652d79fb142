"""What the routes of withdrawals and payouts take from the running app."""

import re
from typing import Annotated

from fastapi import Depends, Form, Request
from pydantic import AfterValidator, BeforeValidator

from api.domains.withdrawals.dossier import ReviewContext
from api.kernel.errors import Invalid
from api.kernel.request import CurrentSettings, OptionalAnalytics
from texts import TextError

MOST_RUPIAH = 2**53 - 1  # what every client's numbers hold exactly


async def review_context(request: Request, settings: CurrentSettings, analytics: OptionalAnalytics) -> ReviewContext:
    """The rules, checks and stores of a review, at one instant."""
    state = request.app.state
    return ReviewContext(state.policy, analytics, state.name_check, state.proofs, settings.now())


def version_of(if_match: str | None) -> int | None:
    """The version in If-Match; None without one.

    Raises:
        Invalid: it is no number.
    """
    if if_match is None:
        return None
    found = re.fullmatch(r'"?(\d{1,9})"?', if_match.strip())
    if found is None:
        raise Invalid('If-Match must be the version of the detail, such as "3"')
    return int(found[1])


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


Context = Annotated[ReviewContext, Depends(review_context)]
TypedRupiah = Annotated[int | None, BeforeValidator(_digits), Form(gt=0, le=MOST_RUPIAH)]
Words = Annotated[str, AfterValidator(_storable)]
