"""Who calls, for the routes that are not written with `read` and `write` yet."""

from typing import Annotated

from fastapi import Depends, Request

from api.kernel.identity import Actor, credentials_of, require_role
from api.kernel.parts import CurrentParts
from api.kernel.request import Db
from vocabulary import Role


def actor_of(request: Request, session: Db, parts: CurrentParts) -> Actor:
    """The caller.

    Raises:
        Unauthenticated: see `identity`.
    """
    return parts.authenticate(session, parts.settings, credentials_of(request, parts.settings))


class _Requires:
    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, actor: Annotated[Actor, Depends(actor_of)]) -> Actor:
        return require_role(actor, self.roles)


SignedIn = Annotated[Actor, Depends(actor_of)]
Staff = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH, Role.FINANCE))]
Growth = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.GROWTH))]
Reviewer = Annotated[Actor, Depends(_Requires(Role.ADMIN, Role.FINANCE))]
Finance = Annotated[Actor, Depends(_Requires(Role.FINANCE))]
PartnerUser = Annotated[Actor, Depends(_Requires(Role.PARTNER))]
