"""What a write gives back."""

from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from dashboard.actions.answers import read
from dashboard.client import Answer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """A write that was committed: the change-log position to wait for, the request id to quote, and what it made."""

    change_seq: int | None
    request_id: str
    made: T

    @classmethod
    def of(cls, shape: type[T], answer: Answer) -> Self:
        """From the API's answer.

        Raises:
            ApiUnreadable: what was made has another shape.
        """
        return cls(answer.change_seq, answer.request_id, read(shape, answer))


def written(answer: Answer) -> Written[None]:
    """A write of which nothing but its success matters."""
    return Written(answer.change_seq, answer.request_id, None)
