"""The body of feedback.store."""

from typing import Annotated

from fastapi import Depends
from pydantic import BeforeValidator, Field

from api.kernel.payload import Fields, Sent
from api.kernel.types import whole_number


class Store(Fields):
    """feedback.store."""

    feedback_value: Annotated[int, BeforeValidator(whole_number), Field(ge=1, le=5)]
    feedback_comment: Annotated[str, Field(max_length=2000)] = ""


StoreBody = Annotated[Store, Depends(Sent(Store))]
