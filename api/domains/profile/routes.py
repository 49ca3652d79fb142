"""user.my_profile."""

from api.domains.profile import views
from api.kernel.answers import Envelope
from api.kernel.read import SignedInRead
from api.kernel.routing import Router

router = Router(tags=["user"])


@router.get("/v1/my-profile")
@router.post("/v1/my-profile")
def my_profile(read: SignedInRead) -> Envelope[views.Profile]:
    """The caller's profile. The contract's client reads it with POST; GET is the same."""
    return read.answer(views.profile(read.session, read.actor.id))
