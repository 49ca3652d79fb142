"""The process that answers: its port is taken before anything else, and both signals to stop end it in order."""

import errno
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from settings import Settings, listed
from startup import StartError, reason

if TYPE_CHECKING:
    from starlette.types import ASGIApp

BACKLOG = 2048
LONGEST_GOODBYE = 30  # seconds that a request under way gets to finish after a signal


def listen(settings: Settings) -> list[socket.socket]:
    """Take the port on every address of the host. Connections are refused until `run`.

    Raises:
        StartError: the port is in use or not allowed, or the host is not an address of this machine.
    """
    host, port = settings.host, settings.port
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise StartError(f"KOMSHIP_HOST: {host} is no address of this machine: use 127.0.0.1 or 0.0.0.0") from None
    with ExitStack() as stack:
        taken = []
        for family, kind, protocol, _name, address in dict.fromkeys(addresses):
            opened = stack.enter_context(socket.socket(family, kind, protocol))
            _bind(opened, address, host, port)
            taken.append(opened)
        stack.pop_all()
    return taken


def _bind(opened: socket.socket, address: tuple[object, ...], host: str, port: int) -> None:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if opened.family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    try:
        opened.bind(address)
    except OSError as error:
        raise _not_taken(error, host, port) from None


def _not_taken(error: OSError, host: str, port: int) -> StartError:
    if error.errno == errno.EADDRINUSE:
        return StartError(
            f"port {port} of {host} is in use: stop the program that holds it, or set PORT to another one"
        )
    if error.errno == errno.EACCES:
        return StartError(f"port {port} is not for this user: set PORT to one above 1023")
    return StartError(f"KOMSHIP_HOST: this machine cannot listen on {host} ({reason(error)}): use 127.0.0.1 or 0.0.0.0")


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends the block as SIGINT does, at any moment; what was opened in it is closed, and nothing is raised."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        return


def run(app: "ASGIApp", sockets: list[socket.socket], settings: Settings) -> None:
    """Answer until a signal comes; then finish the requests under way.

    Raises:
        StartError: another process began to listen on the port since `listen`.
    """
    import uvicorn

    from proxy import BehindProxy

    for taken in sockets:
        try:
            taken.listen(BACKLOG)
        except OSError as error:
            raise _not_taken(error, settings.host, settings.port) from None

    config = uvicorn.Config(
        BehindProxy(app, trusted=listed(settings.trusted_proxies)),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # BehindProxy reads them
        backlog=BACKLOG,
        timeout_graceful_shutdown=LONGEST_GOODBYE,
    )
    try:
        uvicorn.Server(config).run(sockets=sockets)
    except KeyboardInterrupt:  # uvicorn sends itself the signal again once it has ended
        return
