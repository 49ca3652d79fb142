"""What pydantic finds wrong with a request, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from api.kernel.language import ENGLISH, translations
from texts import Text, TextError, word


def validation_message(item: Mapping[str, Any], language: str) -> str:
    """The message of one validation error; the catalogue knows them by their types, as `validation: missing`."""
    if language == ENGLISH:
        return str(item["msg"])
    known = translations(language)
    values = dict(item.get("ctx") or {})
    if isinstance(error := values.get("error"), TextError):
        return error.text.translated(known)
    if "expected" in values:
        values["expected"] = _choices(str(values["expected"])).translated(known)
    template = known.get(f"validation: {item['type']}", known["validation: other"])
    return template.format(**values)


def _choices(expected: str) -> Text:
    """'a', 'b' or 'c'"""
    others, _, last = expected.rpartition(" or ")
    return Text("{others} or {last}", others=others, last=last) if others else word(expected)
