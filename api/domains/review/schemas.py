"""Bodies of the review."""

from pydantic import BaseModel, ConfigDict, Field

from api.domains.withdrawals.fields import Words


class CommentBody(BaseModel):
    """What an approver says, and the signed dossier that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    comment: Words = Field("", max_length=2000)
    seen: str | None = Field(None, max_length=100_000)
