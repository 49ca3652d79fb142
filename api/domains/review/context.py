"""What a review needs beside the operational store."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from api.domains.review.holds import HoldsOf
from api.domains.review.policy import Policy
from api.kernel.errors import Invalid
from api.kernel.files.store import FileStore
from api.kernel.parts import CurrentParts
from api.ports.name_check import NameCheck
from queries.withdrawal_risk import RiskFacts


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """The rules, checks and stores of a review, at one instant; `risk_facts` is None where there is no warehouse."""

    policy: Policy
    risk_facts: RiskFacts | None
    name_check: NameCheck
    proofs: FileStore
    holds_of: HoldsOf
    now: datetime


async def review_context(parts: CurrentParts) -> ReviewContext:
    """The context of a request."""
    facts = None if parts.warehouse is None else parts[RiskFacts]
    return ReviewContext(parts[Policy], facts, parts[NameCheck], parts[FileStore], parts[HoldsOf], parts.settings.now())


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


Context = Annotated[ReviewContext, Depends(review_context)]
