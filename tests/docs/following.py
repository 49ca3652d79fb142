"""Doing what docs/adding.md says, to the letter, in a copy of the product.

A block is introduced by a line that says what becomes of it: "New file `PATH`:", "At the end of `PATH`:", "In `PATH`:"
(a diff), "In the store:" (a statement) or "In the environment:" (settings).
"""

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = Path("docs/adding.md")
NOT_COPIED = shutil.ignore_patterns(
    ".*cache*", ".env", ".git", ".hypothesis", ".venv", "__pycache__", "test-results", "var"
)
_BLOCK = re.compile(r"(?P<introduction>[^\n]*)\n\n```(?P<language>\w*)\n(?P<body>.*?)```\n", re.DOTALL)
_INTRODUCTION = re.compile(
    r"(?P<action>New file|At the end of|In) `(?P<path>[^`]+)`:|(?P<apart>In the store|In the environment):"
)
_MIGRATIONS = Path("api/migrations/versions")


class CannotFollow(ValueError):
    """The document says what cannot be done; the message names the block."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is typed, and where: `action` is the introduction's, `path` is empty where it names no file."""

    action: str
    path: str
    body: str


def blocks(text: str) -> list[Block]:
    """The blocks of a document in order.

    Raises:
        CannotFollow: a block has no introduction, or something follows that is no block.
    """
    found = []
    for match in _BLOCK.finditer(text):
        introduction = _INTRODUCTION.fullmatch(match["introduction"])
        if introduction is None:
            raise CannotFollow(f"no introduction of a block: {match['introduction']!r}")
        if (introduction["action"] == "In") != (match["language"] == "diff"):
            raise CannotFollow(f"a diff, and only a diff, is introduced by In: {match['introduction']}")
        found.append(Block(introduction["action"] or introduction["apart"], introduction["path"] or "", match["body"]))
    if len(found) * 2 != text.count("```"):
        raise CannotFollow("a block is not set apart by blank lines")
    return found


def of_kind(found: Iterable[Block], action: str) -> list[str]:
    """The bodies of the blocks with one introduction."""
    return [block.body for block in found if block.action == action]


def copied(folder: Path) -> Path:
    """A copy of the product's sources in a new folder."""
    return shutil.copytree(ROOT, folder, ignore=NOT_COPIED)


def follow(root: Path, found: Iterable[Block]) -> None:
    """Apply the blocks that name files to the sources in `root`.

    Raises:
        CannotFollow: a new file exists, another does not, or a place is not found exactly once.
    """
    newest = max(path.name for path in (root / _MIGRATIONS).glob("[0-9]*.py")).partition("_")[0]
    numbers = {"NEXT": f"{int(newest) + 1:04}", "NEWEST": newest}
    for block in found:
        if block.path:
            _apply(root / _numbered(block.path, numbers), block, _numbered(block.body, numbers))


def _numbered(text: str, numbers: dict[str, str]) -> str:
    return re.sub(r"NEXT|NEWEST", lambda word: numbers[word[0]], text)


def _apply(path: Path, block: Block, body: str) -> None:
    if path.exists() == (block.action == "New file"):
        raise CannotFollow(f"{block.action} {block.path}: the file is {'' if path.exists() else 'not '}there")
    if block.action == "New file":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
    elif block.action == "At the end of":
        path.write_text(path.read_text().rstrip("\n") + ("\n\n\n" if path.suffix == ".py" else "\n\n") + body)
    else:
        for hunk in re.split(r"^@@\n", body, flags=re.MULTILINE):
            path.write_text(_changed(path.read_text(), hunk, block.path))


def _changed(text: str, hunk: str, name: str) -> str:
    lines = hunk.splitlines(keepends=True)
    if wrong := [line for line in lines if line[0] not in " +-"]:
        raise CannotFollow(f"In {name}: a line of a diff begins with a blank, + or -: {wrong[0]!r}")
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    places = [match.start() for match in re.finditer(f"^{re.escape(before)}", text, re.MULTILINE)]
    if not before or len(places) != 1:
        raise CannotFollow(f"In {name}: these lines are there {len(places)} times, not once:\n{before}")
    return text[: places[0]] + after + text[places[0] + len(before) :]
