"""What a reviewer was shown, signed: the screen sends it back with the decision, which freezes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from api.kernel.errors import Invalid
from settings import Settings

_AUDIENCE = "withdrawal-dossier"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Seen:
    """A dossier that the server drew up, as it was shown."""

    withdrawal_id: int
    version: int
    nominal: int
    bank_account_no: str
    content: dict[str, Any]


def sign(settings: Settings, dossier: dict[str, Any], now: datetime) -> str:
    """The dossier as a token; no session token, since it names another audience."""
    claims = {"aud": _AUDIENCE, "iat": int(now.timestamp()), "dossier": dossier}
    return jwt.encode(claims, settings.secret_key.get_secret_value(), _ALGORITHM)


def read(settings: Settings, token: str) -> Seen:
    """The dossier of a token.

    Raises:
        Invalid: it was not signed here, or was altered.
    """
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
