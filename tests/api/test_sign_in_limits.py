"""Who guesses waits, and nobody else."""

import pytest

from api.domains.auth import limits
from api.domains.auth.limits import SignInLimits, TooManyAttempts, network_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> SignInLimits:
    return SignInLimits(clock)


def attempt(kept: SignInLimits, address: str, account: str, *, was_right: bool | None = False) -> int:
    """The seconds to wait; 0 for an attempt that was let through."""
    try:
        with kept.attempt(address, account) as made:
            made.was_right = was_right
    except TooManyAttempts as refused:
        return refused.retry_after
    return 0


def test_a_pair_waits_longer_with_each_failure_up_to_a_quarter_of_an_hour(kept: SignInLimits, clock: Clock) -> None:
    assert [attempt(kept, "1.1.1.1", "rina") for _ in range(limits.FREE)] == [0] * limits.FREE
    waits = []
    for _ in range(10):
        waits.append(attempt(kept, "1.1.1.1", "rina"))
        clock.now += waits[-1]
        assert attempt(kept, "1.1.1.1", "rina") == 0
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_the_right_password_from_another_address_still_works(kept: SignInLimits) -> None:
    for _ in range(20):
        attempt(kept, "1.1.1.1", "rina")
    assert attempt(kept, "1.1.1.1", "rina") > 0
    assert attempt(kept, "2.2.2.2", "rina", was_right=True) == 0


def test_no_number_of_guessing_addresses_locks_an_account(kept: SignInLimits) -> None:
    for number in range(3 * limits.ACCOUNT_FAILURES):
        assert attempt(kept, f"10.0.0.{number}", "rina") == 0
    assert attempt(kept, "10.0.0.200", "rina") == 0
    assert attempt(kept, "10.0.0.200", "rina") > 0  # an attacked account: one failure is free, not five
    assert attempt(kept, "2.2.2.2", "rina", was_right=True) == 0


def test_an_address_with_many_accounts_waits_but_not_with_the_ones_it_has(kept: SignInLimits, clock: Clock) -> None:
    assert attempt(kept, "1.1.1.1", "rina", was_right=True) == 0
    waits = [attempt(kept, "1.1.1.1", f"name{number}") for number in range(limits.ADDRESS_FAILURES + 1)]
    assert waits[:-1] == [0] * limits.ADDRESS_FAILURES
    assert waits[-1] == limits.ADDRESS_WINDOW
    assert attempt(kept, "1.1.1.1", "rina", was_right=True) == 0
    clock.now += limits.ADDRESS_WINDOW + 1
    assert attempt(kept, "1.1.1.1", "another") == 0


def test_success_and_time_forget_failures(kept: SignInLimits, clock: Clock) -> None:
    for _ in range(2):
        for _ in range(limits.FREE - 1):
            assert attempt(kept, "1.1.1.1", "rina") == 0
        assert attempt(kept, "1.1.1.1", "rina", was_right=True) == 0
    for _ in range(limits.FREE - 1):
        attempt(kept, "1.1.1.1", "rina")
    clock.now += limits.FORGOTTEN + 1
    assert [attempt(kept, "1.1.1.1", "rina") for _ in range(limits.FREE)] == [0] * limits.FREE


def test_an_attempt_that_was_not_compared_does_not_count(kept: SignInLimits) -> None:
    assert [attempt(kept, "1.1.1.1", "rina", was_right=None) for _ in range(100)] == [0] * 100


def test_attempts_at_once_count_before_they_end(kept: SignInLimits) -> None:
    with kept.attempt("1.1.1.1", "a"), kept.attempt("1.1.1.1", "b"), kept.attempt("1.1.1.1", "c"):
        with kept.attempt("1.1.1.1", "d"):
            assert attempt(kept, "1.1.1.1", "e") == 1
        assert attempt(kept, "1.1.1.1", "e") == 0
        assert attempt(kept, "2.2.2.2", "e") == 0


def test_the_memory_is_bounded(kept: SignInLimits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ENTRIES", 10)
    for number in range(50):
        attempt(kept, f"10.0.0.{number}", f"name{number}")
    assert len(kept._pairs._entries) == len(kept._addresses._entries) == len(kept._accounts._entries) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("testclient", "testclient"),
    ],
)
def test_a_subscriber_of_ipv6_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network
