"""Sessions that are used live on: the write of that follows the answer, at most once a day for each session."""

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from api.domains.auth.sessions import Authenticator, prolong
from api.kernel.errors import Unavailable
from api.kernel.parts import Parts
from api.kernel.transactions import write

log = structlog.get_logger("api")


class Prolonging:
    """Writes down which sessions were used, once the answer is sent."""

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        due = self._authenticator.take_due()
        if not due:
            return
        parts: Parts = scope["app"].state.parts
        settings = parts.settings
        try:
            await write(parts, lambda session: prolong(session, settings, due, settings.now()))
        except Unavailable as busy:
            log.info("sessions_not_prolonged", count=len(due), reason=str(busy))
            self._authenticator.put_back(due)
