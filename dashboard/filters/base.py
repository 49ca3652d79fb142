"""What every filter can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from dashboard.i18n import _, spellings
from dashboard.links import AddressKey, Change, change_address, first_pages
from dashboard.state import SessionKey, widget_value

T = TypeVar("T")
_MOST_SHOWN = 60  # characters of a wrong value


@dataclass(frozen=True, slots=True)
class Chip:
    """One narrowing that is in force: what it says, and the callback that ends it."""

    text: str
    clear: Callable[[], None]


class Filter(ABC, Generic[T]):
    """One control of the filter bar. The address alone holds its state, under `key`: `value` is known before `draw`,
    and Back, a link and a chip change it as the control does. `problems` says what the address got wrong.
    """

    def __init__(self, key: AddressKey[Any], label: str, default: T) -> None:
        self.key = key
        self.label = label
        self.default = default
        self.value = default
        self.problems: list[str] = []

    @property
    def keys(self) -> tuple[AddressKey[Any], ...]:
        """The keys of the address that hold the state."""
        return (self.key,)

    @abstractmethod
    def draw(self) -> None:
        """Draw the control."""

    @abstractmethod
    def described(self) -> str | None:
        """The value in words, as an export states it; None for a filter that narrows no rows."""

    @abstractmethod
    def chips(self) -> list[Chip]:
        """What is in force beyond the default."""

    def clear(self) -> None:
        """Go back to the default; to be called in a callback."""
        filter_by(*(key.to() for key in self.keys))


def filter_by(*changes: Change) -> None:
    """Change filters in the address; every table starts at its first page."""
    change_address(*changes, *first_pages())


def shown_value(name: str, now: T) -> SessionKey[T]:
    """The state of the widget `name`, which shows `now`, whichever way the address came to say it."""
    chosen = widget_value(name, now)
    if not chosen.is_set() or chosen.get() != now:
        chosen.set(now)
    return chosen


def unknown(text: str, label: str) -> str:
    """The sentence about a value in the address that means nothing."""
    problem = _('Nilai "{value}" untuk {label} di tautan tidak dikenal dan diabaikan.')
    return problem.format(value=text[:_MOST_SHOWN], label=label)


def codes_in_address(key: AddressKey[str], label: str, options: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """The options that the address names, by code or, as old links do, by their label in any language; and a sentence
    for each unknown one."""
    found: list[str] = []
    problems: list[str] = []
    for text in key.texts():
        code = next((code for code, name in options.items() if text == code or text in spellings(name)), None)
        if code is not None:
            found.append(code)
        else:
            problems.append(unknown(text, label))
    return list(dict.fromkeys(found)), problems


def code_in_address(key: AddressKey[str], label: str, options: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """The same where one alone counts: the first."""
    found, problems = codes_in_address(key, label, options)
    problem = _('Nilai "{value}" untuk {label} di tautan diabaikan: hanya satu yang berlaku.')
    problems += [problem.format(value=options[code][:_MOST_SHOWN], label=label) for code in found[1:]]
    return (found[0] if found else None), problems
