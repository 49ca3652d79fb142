"""The language of an answer: the one that Accept-Language asks for, English where it asks for none that there is."""

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from starlette.requests import HTTPConnection

from texts import forms, read_catalog, translate_all

ENGLISH = "en"
LANGUAGES = (ENGLISH, "id")
_OLD_CODES = {"in": "id"}  # what Java and old Androids call Indonesian
_CATALOGS = Path(__file__).parents[1] / "locale"


@cache
def translations(language: str) -> MappingProxyType[str, str]:
    """Template to its translation; none for English, which the code is written in."""
    found = {} if language == ENGLISH else forms(read_catalog(_CATALOGS, language))
    return MappingProxyType({template: translated[0] for template, translated in found.items()})


def language_of(request: HTTPConnection) -> str:
    """The language that the caller prefers, of those that there are."""
    return preferred(request.headers.get("Accept-Language", ""))


def preferred(header: str) -> str:
    """The language of the highest weight in an Accept-Language header, the first of equals. What cannot be read of it
    is passed over."""
    weights: dict[str, float] = {}
    for entry in header.split(","):
        tag, _, parameters = entry.partition(";")
        code = tag.strip().lower().partition("-")[0]
        code = ENGLISH if code == "*" else _OLD_CODES.get(code, code)
        if code in LANGUAGES:
            weights.setdefault(code, _weight(parameters))
    best = max(weights, key=weights.__getitem__, default=ENGLISH)
    return best if weights.get(best) else ENGLISH


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition(";")[0].partition("=")
    if not name.strip():
        return 1.0
    number = value.strip()
    is_weight = name.strip().lower() == "q" and number.replace(".", "", 1).isdecimal() and len(number) <= 5
    return min(float(number), 1.0) if is_weight else 0.0


class Reader:
    """Who reads the answer: translates data into the reader's language."""

    def __init__(self, language: str) -> None:
        self.language = language

    @classmethod
    def of(cls, request: HTTPConnection) -> Self:
        """Who sent the request."""
        return cls(language_of(request))

    def translated(self, data: Any) -> Any:
        """`data` with each Text in it in the reader's language."""
        return data if self.language == ENGLISH else translate_all(data, translations(self.language))
