"""Idempotency keys in a transaction: a repeated request is answered as the first time, and nothing is done again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.kernel.errors import Conflict, Invalid
from api.kernel.idempotency import IdempotencyKey
from api.kernel.payload import Upload

KEPT = timedelta(days=7)  # how long an idempotency key is remembered
LONGEST_KEY = 100


class StoredAnswer(Exception):
    """The request came before; this is its first answer."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(status)
        self.status, self.answer = status, answer


def install(app: FastAPI) -> None:
    """Answer a repeated request with its first answer."""

    @app.exception_handler(StoredAnswer)
    async def _again(_request: Request, stored: StoredAnswer) -> JSONResponse:
        return JSONResponse(stored.answer, status_code=stored.status)


class Replay:
    """The answer kept for an idempotency key, and the place to keep a new one.

    The key is claimed first, in the transaction of the write: a second request with it waits there for the first.
    """

    def __init__(self, session: Session, user_id: int, key: str | None, fingerprint: str, now: datetime) -> None:
        self._session, self._user_id, self._key, self._fingerprint = session, user_id, key, fingerprint
        self._now = now

    def claim(self) -> None:
        """Take a new key.

        Raises:
            StoredAnswer: the key came before with the same request.
            Conflict: the key came before with another request.
        """
        kept = self._claimed()
        if kept is not None:
            raise StoredAnswer(kept.status, kept.answer)

    def _claimed(self) -> IdempotencyKey | None:
        if self._key is None:
            return None
        session = self._session
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < self._now - KEPT))
        row = {
            "user_id": self._user_id,
            "key": self._key,
            "fingerprint": self._fingerprint,
            "status": 200,
            "answer": {},
            "created_at": self._now,
        }
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        claim = insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.key)
        if session.scalar(claim) is not None:
            return None
        kept = session.get_one(IdempotencyKey, (self._user_id, self._key))
        if kept.fingerprint != self._fingerprint:
            raise Conflict("this Idempotency-Key was used for another request; send a new one")
        return kept

    def keep(self, answer: dict[str, Any], status: int = 200) -> None:
        """Store the answer in the transaction of the write."""
        if self._key is not None:
            mine = (IdempotencyKey.user_id == self._user_id) & (IdempotencyKey.key == self._key)
            self._session.execute(update(IdempotencyKey).where(mine).values(answer=answer, status=status))


def key_of(request: Request, *, required: bool) -> str | None:
    """The Idempotency-Key of a request.

    Raises:
        Invalid: it is missing although it is required, or cannot be a key.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if required:
            raise Invalid("send an Idempotency-Key, a new one for each intent: a repeated request is then done once")
        return None
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise Invalid("Idempotency-Key must have 1 to 100 characters")
    return key


def fingerprint(request: Request, fields: Mapping[str, Any]) -> str:
    """A hash (hex SHA-256) of what the request asks for: method, path, query, the version it is for, and fields."""
    digest = hashlib.sha256()
    asked_for = (request.method, request.url.path, request.url.query, request.headers.get("If-Match", ""))
    for part in (*asked_for, *(f"{name}={_canonical(fields[name])}" for name in sorted(fields))):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8) + encoded)  # with its length: parts never run into each other
    return digest.hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_hash_of)


def _hash_of(value: object) -> str:
    if isinstance(value, Upload):
        return hashlib.sha256(value.content).hexdigest()
    raise TypeError(f"{value!r} is no field of a request")
