"""What the start-up module hands to the screens: settings, the warehouse and the way to the API."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import httpx

from queries.engine import Warehouse
from settings import Settings

API_TIMEOUT = httpx.Timeout(15.0, connect=3.0)


@dataclass(frozen=True, slots=True)
class Runtime:
    """Parts that live as long as the process; `api_client` is thread-safe, its base URL ends in /api."""

    settings: Settings
    warehouse: Warehouse
    api_client: httpx.Client
    now: Callable[[], datetime]

    @classmethod
    def in_process(cls, *, settings: Settings, warehouse: Warehouse) -> Self:
        """For the default process: the API answers on the port that this process serves."""
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host  # noqa: S104 - compared, not bound
        return cls.with_url(settings, warehouse, f"http://{host}:{settings.port}/api")

    @classmethod
    def with_url(cls, settings: Settings, warehouse: Warehouse, url: str) -> Self:
        """For a dashboard that runs apart from the API."""
        return cls(settings, warehouse, httpx.Client(base_url=url, timeout=API_TIMEOUT, trust_env=False), settings.now)


_configured: list[Runtime] = []


def configure(parts: Runtime) -> None:
    """Set the process's runtime; the last call wins."""
    _configured[:] = [parts]


def runtime() -> Runtime:
    """The process's runtime.

    Raises:
        RuntimeError: before `configure`.
    """
    if not _configured:
        raise RuntimeError("the dashboard is not configured: start it with `python -m serve` or `python -m dashboard`")
    return _configured[0]
