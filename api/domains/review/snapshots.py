"""What a reviewer was shown, signed: the screen sends it back with the decision, which freezes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import jwt
from fastapi import Header

from api.kernel.errors import Invalid
from settings import Settings

_AUDIENCE = "withdrawal-dossier"
_ALGORITHM = "HS256"
IfMatch = Annotated[str | None, Header()]


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier that the server drew up, as it was shown."""

    withdrawal_id: int
    version: int
    nominal: int
    bank_account_no: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Basis:
    """What a person decides on: the version of the withdrawal, and the dossier that was shown; None where nothing
    was sent."""

    version: int | None = None
    seen: Seen | None = None

    def frozen(self, drawn_up: Mapping[str, Any]) -> "Snapshot":
        """What the decision is frozen with: what was shown, or else what the server draws up now."""
        if self.seen is not None:
            return Snapshot(self.seen.content, was_shown=True)
        return Snapshot(dict(drawn_up), was_shown=False)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands beside a decision; `was_shown` to the person who took it."""

    content: dict[str, Any]
    was_shown: bool = False


def basis(settings: Settings, if_match: str | None, seen: str | None) -> Basis:
    """The basis that a request sends.

    Raises:
        Invalid: If-Match is no version, or `seen` was not signed here, or was altered.
    """
    return Basis(_version(if_match), _read(settings, seen) if seen else None)


def sign(settings: Settings, dossier: Mapping[str, Any], now: datetime) -> str:
    """The dossier as a token; no session token, since it names another audience."""
    claims = {"aud": _AUDIENCE, "iat": int(now.timestamp()), "dossier": dossier}
    return jwt.encode(claims, settings.secret_key.get_secret_value(), _ALGORITHM)


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    found = re.fullmatch(r'"?(\d{1,9})"?', if_match.strip())
    if found is None:
        raise Invalid('If-Match must be the version of the detail, such as "3"')
    return int(found[1])


def _read(settings: Settings, token: str) -> Seen:
    try:
        claims = jwt.decode(
            token,
            settings.secret_key.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise Invalid("`seen` is not a dossier of this server; open the withdrawal again") from None
    shown = claims["dossier"]
    about = shown["withdrawal"]
    return Seen(about["id"], about["version"], about["nominal"], about["bank_account_no"], shown)
