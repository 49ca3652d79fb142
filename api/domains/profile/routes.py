"""user.my_profile."""

from typing import Any

from fastapi import APIRouter

from api.domains.auth.models import User
from api.domains.profile import views
from api.kernel.auth import SignedIn
from api.kernel.envelope import success
from api.kernel.request import Db

router = APIRouter(tags=["user"])


@router.get("/v1/my-profile")
@router.post("/v1/my-profile")
def my_profile(actor: SignedIn, session: Db) -> dict[str, Any]:
    """The caller's profile. The contract's client reads it with POST; GET is the same."""
    return success(views.profile(session, session.get_one(User, actor.id)))
