"""What a write gives back."""

from dataclasses import dataclass
from typing import Any, Self

from dashboard.client import Answer


@dataclass(frozen=True, slots=True)
class Written:
    """A write that was committed: the change-log position to wait for, the request id to quote, the envelope's data."""

    change_seq: int | None
    request_id: str
    data: Any

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """From the API's answer."""
        return cls(answer.change_seq, answer.request_id, answer.data)
