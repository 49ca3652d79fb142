"""What a running API is made of, typed; a route finds it in the request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from sqlalchemy.orm import Session, sessionmaker

from api.kernel.gates import Gates
from api.kernel.identity import Authenticate
from queries.engine import Warehouse
from settings import Settings

T = TypeVar("T")


@dataclass(slots=True)
class Parts:
    """The parts of one running API. `services` are those of the domains, each found by its type: `parts[Policy]`.

    `on_change` follows each committed write.
    """

    settings: Settings
    sessions: sessionmaker[Session]
    gates: Gates
    authenticate: Authenticate
    warehouse: Warehouse | None = None
    on_change: Callable[[], None] = lambda: None
    services: dict[type[Any], Any] = field(default_factory=dict)

    def __getitem__(self, kind: type[T]) -> T:
        service: T = self.services[kind]
        return service

    def add(self, kind: type[T], service: T) -> None:
        """Make a service of a domain known by its type."""
        self.services[kind] = service


async def parts_of(request: Request) -> Parts:
    """The parts of the app that answers the request."""
    parts: Parts = request.app.state.parts
    return parts


CurrentParts = Annotated[Parts, Depends(parts_of)]
