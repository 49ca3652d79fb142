"""Passwords of the tests' accounts. What a real one costs is tested in tests/api/test_auth.py."""

from argon2 import PasswordHasher

_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def quick_hash(password: str) -> str:
    """An argon2id hash that is verified as any other, a thousand times quicker."""
    return _HASHER.hash(password)
