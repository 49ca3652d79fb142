import re
from pathlib import Path

from babel.messages.extract import extract_from_dir

from dashboard.i18n import translations

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_of_the_screens_is_translated() -> None:
    missing = set()
    for folder in ("dashboard", "pages"):
        found = extract_from_dir(str(ROOT / folder), [("**.py", "python")], keywords={"_": None, "ngettext": (1, 2)})
        for name, line, message, _comments, _context in found:
            key = message[0] if isinstance(message, tuple) else message
            if key and key not in translations("en"):
                missing.add(f"{folder}/{name}:{line} {key!r}")
    assert not missing, "without an English translation:\n" + "\n".join(sorted(missing))


def test_no_text_stands_inside_an_f_string_where_the_extraction_does_not_look() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("dashboard", "pages")
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"""\bf(?P<quote>["']).*\{_\(""", line)
    ]
    assert not hidden
