"""Limits of signing in: whoever guesses waits, and nobody else does.

Failures count for a pair of address and account: after a few of them the pair waits, longer each time. The right
password from another address still signs in, so guessing locks nobody out. An address that fails with many accounts
waits with all of them, but for those that it has signed in with. An account that many addresses fail with
lets each further address fail once instead of a few times.

All of it is in the memory of the process, in a bounded number of entries, the least used forgotten first: a failure
writes nothing to the store, and a restart forgets it. An attempt counts as failed from its start, so that many at once
are no way past the limits. For the event loop alone, without locks.
"""

import ipaddress
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from api.kernel.errors import TooManyRequests

FREE = 5  # failures of a pair before it waits
FIRST_WAIT, LONGEST_WAIT = 5.0, 900.0  # seconds; doubled with each failure
FORGOTTEN = 3600.0  # seconds without an attempt, after which a pair's failures are forgotten
ADDRESS_FAILURES, ADDRESS_WINDOW = 30, 600.0
ACCOUNT_FAILURES, ACCOUNT_WINDOW = 50, 3600.0
AT_ONCE = 4  # attempts of one address that are checked at the same time
ENTRIES = 10_000  # of each kind
LONGEST_NAME = 254

E = TypeVar("E")


class TooManyAttempts(TooManyRequests):
    """Too many wrong passwords from this address; Retry-After says when to come again."""


@dataclass(slots=True)
class _Pair:
    """An address with an account. `known`: it has signed in with it."""

    failures: int = 0
    last: float = -math.inf
    free_at: float = -math.inf
    known: bool = False


@dataclass(slots=True)
class _Source:
    """An address or an account: when it failed, and how many attempts are being checked."""

    failed: deque[float] = field(default_factory=deque)
    at_once: int = 0

    def failures_since(self, start: float) -> int:
        """How many failures are newer; older ones are forgotten."""
        while self.failed and self.failed[0] <= start:
            self.failed.popleft()
        return len(self.failed)


class _Entries(Generic[E]):
    """Entries by key, made where there is none; at most ENTRIES, the least recently used forgotten first."""

    def __init__(self, make: Callable[[], E]) -> None:
        self._make = make
        self._entries: OrderedDict[object, E] = OrderedDict()

    def __getitem__(self, key: object) -> E:
        if key not in self._entries:
            self._entries[key] = self._make()
        self._entries.move_to_end(key)
        if len(self._entries) > ENTRIES:
            self._entries.popitem(last=False)
        return self._entries[key]


@dataclass(slots=True)
class Attempt:
    """One try to sign in; whoever compares the passwords says how it ended. None: they were not compared."""

    was_right: bool | None = None


class SignInLimits:
    """The limits of one process. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pairs = _Entries(_Pair)
        self._addresses = _Entries(_Source)
        self._accounts = _Entries(_Source)

    @contextmanager
    def attempt(self, address: str, account: str) -> Iterator[Attempt]:
        """An attempt of an address with an account (a name as typed, or an id).

        Raises:
            TooManyAttempts: the address has to wait first.
        """
        network, name = network_of(address), account.strip().lower()[:LONGEST_NAME]
        pair, source, target = self._pairs[network, name], self._addresses[network], self._accounts[name]
        self._refuse_early(pair, source)
        now, attempt = self._clock(), Attempt()
        self._count_failure(pair, source, target, now)
        source.at_once += 1
        try:
            yield attempt
        finally:
            source.at_once -= 1
            if attempt.was_right is not False:
                self._take_back(pair, (source, target), now)
            if attempt.was_right:
                pair.failures, pair.known = 0, True

    def _refuse_early(self, pair: _Pair, source: _Source) -> None:
        now = self._clock()
        wait = pair.free_at - now
        if not pair.known and source.failures_since(now - ADDRESS_WINDOW) >= ADDRESS_FAILURES:
            wait = max(wait, source.failed[0] + ADDRESS_WINDOW - now)
        if source.at_once >= AT_ONCE:
            wait = max(wait, 1.0)
        if wait > 0:
            seconds = math.ceil(wait)
            raise TooManyAttempts(
                "too many failed attempts; try again in {seconds} seconds",
                {"retry_after": seconds},
                retry_after=seconds,
                seconds=seconds,
            )

    def _count_failure(self, pair: _Pair, source: _Source, target: _Source, now: float) -> None:
        if now - pair.last > FORGOTTEN:
            pair.failures = 0
        pair.failures, pair.last = pair.failures + 1, now
        is_attacked = target.failures_since(now - ACCOUNT_WINDOW) >= ACCOUNT_FAILURES and not pair.known
        beyond = pair.failures - (1 if is_attacked else FREE)
        if beyond >= 0:
            pair.free_at = now + min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(beyond, 30))
        for counted, most in ((source, ADDRESS_FAILURES), (target, ACCOUNT_FAILURES)):
            counted.failed.append(now)
            if len(counted.failed) > most:
                counted.failed.popleft()

    def _take_back(self, pair: _Pair, counted: Iterable[_Source], at: float) -> None:
        pair.failures, pair.free_at = max(pair.failures - 1, 0), -math.inf
        for each in counted:
            if at in each.failed:
                each.failed.remove(at)


def network_of(address: str) -> str:
    """An IPv4 address as it is; of an IPv6 address the /64, which one subscriber has whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return address
