"""Waiting for a write to be visible in the warehouse."""

import time

from dashboard.warehouse import ask
from queries.freshness import is_landed

POLL_SECONDS = 0.02
MOST_SECONDS = 1.0


def wait_until_landed(change_seq: int | None) -> bool:
    """Wait up to a second until a change is landed; whether it is. None has nothing to wait for."""
    if change_seq is None:
        return True
    give_up = time.monotonic() + MOST_SECONDS
    while True:
        if ask(is_landed, change_seq):
            return True
        if time.monotonic() >= give_up:
            return False
        time.sleep(POLL_SECONDS)
