"""Where things stand in a YAML file: its content with the line of each place, and keys that stand there twice."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from etl.files.tables import one_line

Place = Sequence[str | int]


class MappingError(ValueError):
    """The mapping or a file of it is wrong; the message says which thing, why, and what to do."""


class Places:
    """The lines of a YAML document."""

    def __init__(self, path: Path | None = None, root: yaml.Node | None = None) -> None:
        self._path = path
        self._root = root

    def named(self, place: Place) -> str:
        """ "m.yaml line 12: tables.fct_orders.0.columns.qty", or without the line when it is not known."""
        dotted = one_line(".".join(map(str, place)))
        line = self._line(place)
        start = f"{self._path} line {line}: " if line is not None else ""
        return start + dotted

    def word(self, place: Place) -> str | None:
        """The word at a place as it is written there, if it is one."""
        node = self._root
        for step in place:
            found = None if node is None else _child(node, step)
            node = None if found is None else found[1]
        return node.value if isinstance(node, yaml.ScalarNode) else None

    def _line(self, place: Place) -> int | None:
        if self._root is None:
            return None
        node, line = self._root, self._root.start_mark.line
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line + 1


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode):
        inside = isinstance(step, int) and step < len(node.value)
        return (node.value[step].start_mark.line, node.value[step]) if inside else None
    if not isinstance(node, yaml.MappingNode):
        return None
    merged = None
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            for part in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                merged = merged or _child(part, step)
        elif key.value == str(step):
            return key.start_mark.line, value
    return merged


def read_yaml(path: Path, what: str) -> tuple[Any, Places]:
    """The content of a YAML file and the lines of it.

    Raises:
        MappingError: it is not there, cannot be read, is no YAML, or its names are no texts or stand there twice; the
            message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        raise MappingError(f"there is no {what} {path}") from None
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" line {error.problem_mark.line + 1}"
        raise MappingError(f"the {what} {path}{line} is not readable YAML: {_reason(error)}") from None
    except UnicodeDecodeError as error:
        line = f"line {error.object.count(bytes([10]), 0, error.start) + 1}"
        raise MappingError(f"the {what} {path} {line} is no text in UTF-8; save it as UTF-8") from None
    except yaml.YAMLError:
        raise MappingError(f"the {what} {path} is no text file; give the YAML file of the {what}") from None
    except ValueError as error:  # a day such as 2022-02-31
        raise MappingError(f"the {what} {path} is not readable YAML: {error}; write days in quotes") from None
    except RecursionError:
        raise MappingError(f"the {what} {path} holds lists or maps within each other too deeply") from None
    except OSError as error:
        raise MappingError(f"the {what} {path} cannot be read: {error.strerror}") from None
    wrong = [] if root is None else sorted(set(_wrong_names(root, ())))
    if wrong:
        places = "\n  ".join(f"{path} line {line}: {why}" for line, why in wrong)
        raise MappingError(f"the {what} {path} is wrong:\n  {places}")
    return content, Places(path, root)


def _reason(error: yaml.MarkedYAMLError) -> str:
    """What is wrong, in the words of somebody who writes the file."""
    said = str(error.problem or error)
    began = "" if error.context_mark is None else f" that begins in line {error.context_mark.line + 1}"
    for sign, plain in _REASONS:
        found = re.search(sign, said)
        if found:
            return plain.format(*found.groups(), began=began)
    return said


# what the parser says, and what it means
_REASONS = (
    (r"character '\\t'", "a tab stands where only spaces may; write spaces"),
    (r"character '(.)' that cannot start", "a word must not begin with {0}; write it in quotes"),
    (r"expected ',' or '.'", "a {{ or [{began} is not closed, or a comma is missing"),
    (r"found '<stream end>'", "it ends within a {{ or [ that is not closed"),
    (r"unexpected end of stream", "the quote{began} is not closed"),
    (
        r"mapping values are not allowed",
        "a colon stands where none may; look at the spaces before, or write it in quotes",
    ),
    (r"expected <block end>", "the line does not begin in the column of those it belongs to, or has a sign too many"),
    (r"could not find expected ':'", "a colon is missing after a name"),
    (r"unhashable key", "a list or a map stands in the place of a name"),
    (r"undefined alias '(.+)'", "*{0} repeats what is nowhere named &{0}; write the word in quotes if it is one"),
    (
        r"constructor for the tag",
        "a word that begins with ! is an order to the reader, which it does not follow; remove it",
    ),
    (r"another document", "a second document begins here (---); keep one"),
    (r"expected a mapping or list of mappings", "<< must be followed by a map such as *name"),
)


def _wrong_names(node: yaml.Node, above: tuple[yaml.Node, ...]) -> Iterator[tuple[int, str]]:
    """Names that stand twice in one map, or that YAML reads as something else than texts: 5, no, 2022-01-01."""
    if any(node is each for each in above):  # an anchor may hold itself
        return
    inside = node.value if isinstance(node, yaml.MappingNode | yaml.SequenceNode) else []
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, _value in inside:
            line = key.start_mark.line + 1
            if key.tag == "tag:yaml.org,2002:merge":
                continue
            if key.tag != "tag:yaml.org,2002:str":
                shown = key.value or "nothing"
                yield line, f'the name {shown} is no text for YAML; write it in quotes: "{key.value}"'
            elif key.value in seen:
                yield line, f"{key.value} stands here a second time"
            seen.add(key.value)
        inside = [value for _key, value in inside]
    for value in inside:
        yield from _wrong_names(value, (*above, node))
