"""Keeping what partners think."""

from api.domains.feedback.models import Feedback
from api.kernel.write import Write


def store(write: Write, partner_id: int, value: int, comment: str) -> Feedback:
    """Keep a rating of 1 to 5 and its comment."""
    made = Feedback(partner_id=partner_id, value=value, comment=comment.strip(), created_at=write.now)
    write.session.add(made)
    write.session.flush()
    return made
