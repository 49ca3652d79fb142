"""What pydantic finds wrong with a mapping, in plain words and with the line."""

import difflib
import types
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from etl.sources.places import Place, Places

_WANTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "list_type": "a list, such as [a, b]",
    "dict_type": "a map, such as {a: b}",
    "model_type": "a map",
}


def said(problem: Mapping[str, Any], places: Places, model: type[BaseModel]) -> str:
    """One of pydantic's problems with its line; `model`: what the whole mapping is."""
    place: Place = problem["loc"]
    return f"{places.named(place)}{_told(problem, places, model)}"


def _told(problem: Mapping[str, Any], places: Places, model: type[BaseModel]) -> str:
    kind, context, place = problem["type"], problem.get("ctx", {}), problem["loc"]
    if kind == "missing":
        return " is missing; add it"
    if kind == "extra_forbidden":
        return f": unknown word; {_known(place, model)}"
    if kind in _WANTED:
        known = f" of {_names(_model_at(place, model))}" if kind == "model_type" else ""
        return f" must be {_WANTED[kind]}{known}, {_found(problem['input'], places.word(place), kind == 'string_type')}"
    match kind:
        case "literal_error":
            return f" must be {context['expected']}, {_found(problem['input'], places.word(place), False)}"
        case "string_pattern_mismatch":
            return ": give a name of small letters, digits and _, that begins with a letter, of at most 31 signs"
        case "too_short":
            return " is empty; put at least one thing there"
        case "greater_than_equal" | "less_than_equal":
            bound = "at least" if kind == "greater_than_equal" else "at most"
            return f" must be {bound} {context.get('ge', context.get('le')):,}, and here is {problem['input']}"
    return f": {problem['msg'].removeprefix('Value error, ')}"


def _found(value: object, word: str | None, is_text_wanted: bool) -> str:
    """What stands there instead; a word that YAML reads as something else only needs quotes."""
    if value is None:
        return "and here is nothing"
    if isinstance(value, list | dict):
        return f"and here is a {'list' if isinstance(value, list) else 'map'}"
    shown = str(value) if word is None else word
    if not is_text_wanted:
        return f"and here is {shown!r}" if isinstance(value, str) else f"and here is {shown}"
    return f'and YAML reads {shown} as {_kind_of(value)}; write it in quotes: "{shown}"'


def _kind_of(value: object) -> str:
    """What YAML takes a word for."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return "a day"
    return "a number"


def _known(place: Place, model: type[BaseModel]) -> str:
    names = sorted(_model_at(place[:-1], model).model_fields)
    alike = difflib.get_close_matches(str(place[-1]), names, 1)
    return f"known here are {', '.join(names)}" + (f" (is it {alike[0]}?)" if alike else "")


def _names(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)


def _model_at(place: Place, model: type[BaseModel]) -> type[BaseModel]:
    """The model that the words at a place belong to."""
    here: Any = model
    for step in place:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(step)].annotation
        else:
            here = get_args(here)[-1]  # what a list or a map holds
        while get_origin(here) in (Annotated, types.UnionType):
            here = get_args(here)[0]  # the other one says how it is checked, or is None
    assert isinstance(here, type)  # noqa: S101 - pydantic complains of unknown words only within models
    return here
