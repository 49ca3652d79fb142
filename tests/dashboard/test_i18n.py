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
