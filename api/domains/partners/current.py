"""The partner of the signed-in user, for the operations of partners."""

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select

from api.domains.partners.models import Partner
from api.domains.partners.service import UnknownPartner
from api.kernel.routing import within_transaction


@within_transaction
def current_partner(request: Request) -> Partner:
    """The partner.

    Raises:
        UnknownPartner: the user has none.
    """
    found: Partner | None = request.state.session.scalar(
        select(Partner).where(Partner.user_id == request.state.actor.id)
    )
    if found is None:
        raise UnknownPartner("your user has no partner; ask the administrator for it")
    return found


CurrentPartner = Annotated[Partner, Depends(current_partner)]
