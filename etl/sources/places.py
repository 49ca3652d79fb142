"""Where things stand in a YAML file: its content with the line of each place, and keys that stand there twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

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
        dotted = ".".join(map(str, place))
        line = self._line(place)
        start = f"{self._path} line {line}: " if line is not None else ""
        return start + dotted

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
        MappingError: it is not there, cannot be read, is no YAML, or names a thing twice; the message names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        raise MappingError(f"there is no {what} {path}") from None
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f" line {error.problem_mark.line + 1}"
        raise MappingError(f"the {what} {path}{line} is not readable YAML: {error.problem or error}") from None
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise MappingError(f"the {what} {path} is not readable YAML: {reason}") from None
    except OSError as error:
        raise MappingError(f"the {what} {path} cannot be read: {error.strerror}") from None
    twice = [] if root is None else _repeated(root)
    if twice:
        places = "\n  ".join(f"{path} line {line}: {name} stands here a second time" for line, name in twice)
        raise MappingError(f"the {what} {path} is wrong:\n  {places}")
    return content, Places(path, root)


def _repeated(node: yaml.Node, above: tuple[yaml.Node, ...] = ()) -> list[tuple[int, str]]:
    if any(node is each for each in above):  # an anchor may hold itself
        return []
    found, above = [], (*above, node)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    found.append((key.start_mark.line + 1, key.value))
                seen.add(key.value)
            found += _repeated(value, above)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            found += _repeated(value, above)
    return sorted(set(found))
