"""JSON that was stored before halves of characters were refused: it is shown, and its hash stays as it was."""

from typing import Annotated, Any

from pydantic import BeforeValidator


def cleaned(value: Any) -> Any:
    """`value` with each lone surrogate written as its escape: an answer with one could not be sent."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {cleaned(name): cleaned(each) for name, each in value.items()}
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    return value


StoredJson = Annotated[Any, BeforeValidator(cleaned)]  # in the types of answers
