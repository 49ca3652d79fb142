"""Links to transfer proofs: signed and short-lived, for an image of a page, which sends no token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from sqlalchemy.orm import Session

from api.domains.auth.models import AuthSession, User
from api.domains.withdrawals.errors import ProofLinkRefused
from api.domains.withdrawals.models import Withdrawal
from api.kernel.identity import Actor
from settings import Settings
from vocabulary import Role

LIFETIME = timedelta(minutes=10)
VIEWERS = (Role.ADMIN, Role.FINANCE)
_AUDIENCE, _ALGORITHM = "transfer proof", "HS256"


@dataclass(frozen=True, slots=True)
class Opened:
    """The proof that a link opens, and the user whom it was made for."""

    withdrawal_id: int
    viewer_id: int
    sha256: str
    media_type: str


def link(settings: Settings, base_url: str, withdrawal: Withdrawal, actor: Actor, now: datetime) -> str:
    """The address of the proof for the actor's browser, valid for a few minutes; blank without a proof."""
    if withdrawal.proof_sha256 is None:
        return ""
    claims = {
        "aud": _AUDIENCE,
        "sub": str(actor.id),
        "sid": actor.session_id,
        "withdrawal": withdrawal.id,
        "sha256": withdrawal.proof_sha256,
        "until": int((now + LIFETIME).timestamp()),
    }
    signature = jwt.encode(claims, settings.secret_key.get_secret_value(), _ALGORITHM)
    return f"{base_url.rstrip('/')}/api/v1/admin/withdrawal/signed-proof/{signature}"


def opened(session: Session, settings: Settings, signature: str) -> Opened:
    """What the link opens.

    Raises:
        ProofLinkRefused: it was not made here, is too old, its user may see no proofs any more or has signed out, or
            the withdrawal has another proof now.
    """
    claims = _claims(settings, signature)
    user, signed_in = session.get(User, int(claims["sub"])), session.get(AuthSession, claims["sid"])
    is_viewer = user is not None and user.disabled_at is None and user.role_id in VIEWERS
    withdrawal = session.get(Withdrawal, claims["withdrawal"])
    if (
        not is_viewer
        or signed_in is None
        or signed_in.revoked_at is not None
        or withdrawal is None
        or withdrawal.proof_sha256 != claims["sha256"]
        or int(settings.now().timestamp()) > claims["until"]
    ):
        raise ProofLinkRefused("the link to the transfer proof is not valid any more; open the withdrawal again")
    return Opened(withdrawal.id, int(claims["sub"]), claims["sha256"], withdrawal.proof_type or "")


def _claims(settings: Settings, signature: str) -> dict[str, Any]:
    secret = settings.secret_key.get_secret_value()
    try:
        claims: dict[str, Any] = jwt.decode(signature, secret, algorithms=[_ALGORITHM], audience=_AUDIENCE)
    except jwt.InvalidTokenError:
        raise ProofLinkRefused("the link to the transfer proof was not made by this server") from None
    return claims
