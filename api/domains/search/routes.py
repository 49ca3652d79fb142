"""Search over what only the store holds, beside the contract."""

from api.domains.search import views
from api.domains.search.schemas import StoreHits
from api.kernel.answers import Envelope
from api.kernel.read import ReviewerRead
from api.kernel.routing import Router
from api.kernel.types import Search

router = Router(prefix="/v1/admin/search", tags=["search"])


@router.get("")
def search(read: ReviewerRead, search: Search = "") -> Envelope[StoreHits]:
    """Bank accounts with this number, payout batches with this reference; at most six of each."""
    text = " ".join(search.split())
    accounts, batches = views.accounts(read.session, text), views.batches(read.session, text)
    return read.answer(StoreHits(accounts=accounts, batches=batches))
