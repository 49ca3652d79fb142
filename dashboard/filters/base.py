"""What every filter can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dashboard.i18n import _, spellings
from dashboard.links import AddressKey

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chip:
    """One narrowing that is in force: what it says, and the callback that ends it."""

    text: str
    clear: Callable[[], None]


class Filter(ABC, Generic[T]):
    """One control of the filter bar. Its state lives in the address, under `key`.

    `value` is the default until `draw`, and what the reader chose after it. `problems` says what the address got wrong.
    """

    def __init__(self, key: AddressKey[Any], label: str, default: T) -> None:
        self.key = key
        self.label = label
        self.default = default
        self.value = default
        self.problems: list[str] = []

    @abstractmethod
    def draw(self) -> None:
        """Draw the control and take its value."""

    @abstractmethod
    def described(self) -> str | None:
        """The value in words, as an export states it; None for a filter that narrows no rows."""

    @abstractmethod
    def chips(self) -> list[Chip]:
        """What is in force beyond the default."""

    @abstractmethod
    def clear(self) -> None:
        """Go back to the default; to be called in a callback."""


def codes_in_address(key: AddressKey[str], options: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The options that the address names, by code or by label in any language, and a sentence for each unknown one."""
    found: list[str] = []
    problems: list[str] = []
    for text in key.texts():
        code = next((code for code, label in options.items() if text == code or text in spellings(label)), None)
        if code is not None:
            found.append(code)
        else:
            problem = _('Tautan berisi "{value}" untuk {key}, yang tidak dikenal; dipakai nilai bawaan.')
            problems.append(problem.format(value=text[:60], key=key.name))
    return found, problems
