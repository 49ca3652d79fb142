"""Shapes of answers as operations.yaml writes them, compared with answers and with the API's own description."""

import re
from collections.abc import Iterator
from typing import Any

PATTERNS = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "stamp": r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}",
    "page_url": r"/\?page=\d+",
}
PLAIN = {"int": (int,), "str": (str,), "bool": (bool,), "number": (int, float)}
JSON_TYPES = {"int": "integer", "bool": "boolean", "number": "number"}
ANY_KEY = "any_key"


def mismatches(value: Any, shape: Any, where: str) -> Iterator[str]:
    """Where an answer is not of its shape, as readable lines; further keys are no mismatch."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{where}: not an object but {value!r}"
            return
        if missing := set(shape) - {ANY_KEY} - set(value):
            yield f"{where}: without {sorted(missing)}"
        for key in value:
            if key in shape or ANY_KEY in shape:
                yield from mismatches(value[key], shape.get(key, shape.get(ANY_KEY)), f"{where}.{key}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{where}: not a list but {value!r}"
            return
        for at, item in enumerate(value):
            yield from mismatches(item, shape[0], f"{where}[{at}]")
    elif not _fits(value, shape):
        yield f"{where}: {value!r} is not {shape}"


def _fits(value: Any, shape: str) -> bool:
    kind = shape.removesuffix(" or null")
    if value is None:
        return kind != shape
    if kind in PATTERNS:
        return isinstance(value, str) and re.fullmatch(PATTERNS[kind], value) is not None
    return kind == "any" or type(value) in PLAIN[kind]


def undescribed(schema: dict[str, Any], shape: Any, components: dict[str, Any], where: str) -> Iterator[str]:
    """Where the API's own description (JSON schema) does not promise a shape."""
    options = _options(schema, components)
    if isinstance(shape, dict):
        keys = {name: each for option in options for name, each in option.get("properties", {}).items()}
        if missing := set(shape) - {ANY_KEY} - set(keys):
            yield f"{where}: the description lacks {sorted(missing)}"
        if ANY_KEY in shape and not any(option.get("additionalProperties") for option in options):
            yield f"{where}: the description has no further keys"
        for name in set(shape) & set(keys):
            yield from undescribed(keys[name], shape[name], components, f"{where}.{name}")
    elif isinstance(shape, list):
        items = [option["items"] for option in options if "items" in option]
        if not items:
            yield f"{where}: the description has no list"
        for item in items:
            yield from undescribed(item, shape[0], components, f"{where}[]")
    else:
        kinds = {option.get("type") for option in options} - {None}
        kind = shape.removesuffix(" or null")
        if kind != "any" and kinds - {"null"} != {JSON_TYPES.get(kind, "string")}:
            yield f"{where}: described as {sorted(kinds)}, not as {shape}"


def _options(schema: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in schema:
        return _options(components[schema["$ref"].rpartition("/")[2]], components)
    several = schema.get("anyOf") or schema.get("allOf")
    return [each for option in several for each in _options(option, components)] if several else [schema]


def values_at(answer: Any, read: str) -> list[tuple[str, Any]]:
    """What a client finds where it reads: `data.data[].{id,name}`. A key that is not there is a KeyError, a list
    without an element an IndexError."""
    found = [("", answer)]
    for step in re.findall(r"\{[^}]*\}|\[\d*\]|[^.\[\]{}]+", read):
        found = [each for where, value in found for each in _step(where, value, step)]
    return found


def _step(where: str, value: Any, step: str) -> Iterator[tuple[str, Any]]:
    if step.startswith("{"):
        for name in step[1:-1].split(","):
            yield from _step(where, value, name.strip())
    elif step.startswith("["):
        if not isinstance(value, list):
            raise TypeError(f"{where} is no list but {value!r}")
        yield from ((f"{where}[]", each) for each in value)
    else:
        yield f"{where}.{step}".lstrip("."), value[step]
