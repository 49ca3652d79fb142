"""feedback.store."""

from api.domains.feedback import service
from api.domains.feedback.schemas import StoreBody
from api.domains.partners.current import CurrentPartner
from api.domains.partners.service import UnknownPartner
from api.kernel.answers import Envelope
from api.kernel.routing import Router, refusals
from api.kernel.write import PartnerWrite

router = Router(tags=["feedback"])


@router.post("/v1/feedback/store", responses=refusals(UnknownPartner))
def store(write: PartnerWrite, partner: CurrentPartner, body: StoreBody) -> Envelope[str]:
    """Rate the service."""
    service.store(write, partner.id, body.feedback_value, body.feedback_comment)
    return write.answer("", "Successfully Store Feedback")
