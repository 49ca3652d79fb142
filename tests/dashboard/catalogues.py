"""Where each text of the screens is used, and where its translation stands.

A text of one page stands in the catalogue of that page (pages/NAME/... or pages/NAME.py: NAME.po), one of several
pages or of the dashboard in common.po. `python -m tests.dashboard.catalogues` puts every translation in its place and
drops those of texts that are used no more.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import normalize, read_po

from texts import in_context

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "dashboard/locale/en/LC_MESSAGES"
SHARED = "common"
KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@dataclass(frozen=True, slots=True)
class Use:
    """A text in the code."""

    key: str
    place: str
    catalogue: str


def uses() -> Iterator[Use]:
    """Every text of the screens, with the catalogue of the file that it stands in."""
    for folder in ("dashboard", "pages"):
        found = extract_from_dir(str(ROOT / folder), [("**.py", "python")], keywords=KEYWORDS)
        for name, line, message, _comments, context in found:
            text = message[0] if isinstance(message, tuple) else message
            if text:
                owner = SHARED if folder == "dashboard" else Path(name).parts[0].removesuffix(".py")
                yield Use(in_context(context, text), f"{folder}/{name}:{line}", owner)


def places() -> dict[str, str]:
    """The catalogue that each text belongs to."""
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for use in uses():
        owners[use.key].add(use.catalogue)
    return {key: found.pop() if len(found) == 1 else SHARED for key, found in owners.items()}


def translated() -> Iterator[tuple[str, str, Message]]:
    """Every entry of the catalogues: its catalogue, its key, and the entry."""
    for path in sorted(FOLDER.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    text = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
                    yield path.stem, in_context(message.context, text), message


def _entry(message: Message) -> str:
    lines = [f"msgctxt {_quoted(message.context)}"] if message.context else []
    if isinstance(message.id, (list, tuple)):
        lines += [f"msgid {_quoted(message.id[0])}", f"msgid_plural {_quoted(message.id[1])}"]
        lines += [f"msgstr[{number}] {_quoted(text)}" for number, text in enumerate(message.string or ())]
    else:
        lines += [f"msgid {_quoted(message.id)}", f"msgstr {_quoted(str(message.string))}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return str(normalize(text, width=0))


def put_in_place() -> None:
    """Write all catalogues anew, sorted by text."""
    belongs = places()
    entries: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for _catalogue, key, message in translated():
        if key in belongs:
            entries[belongs[key]].setdefault(key, _entry(message))
    for path in FOLDER.glob("*.po"):
        path.unlink()
    for catalogue, texts in entries.items():
        body = "\n".join([HEADER, *(texts[key] for key in sorted(texts))])
        (FOLDER / f"{catalogue}.po").write_text(body, encoding="utf-8")


if __name__ == "__main__":
    put_in_place()
    missing = places().keys() - {key for _catalogue, key, _message in translated()}
    sys.stderr.writelines(f"without a translation: {key!r}\n" for key in sorted(missing))
    sys.exit(bool(missing))
