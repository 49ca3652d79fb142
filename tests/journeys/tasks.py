"""Counting what a person does for a task: each click, each key that is pressed, and each field that is filled in."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

USABILITY = Path(__file__).resolve().parents[2] / "docs/usability.md"


@dataclass(slots=True)
class Hand:
    """One person at a page."""

    page: Page
    acts: int = 0

    def click(self, target: Locator) -> None:
        """One click."""
        target.click()
        self.acts += 1

    def press(self, key: str) -> None:
        """One key, or several that are held together."""
        self.page.keyboard.press(key)
        self.acts += 1

    def fill(self, field: Locator, text: str) -> None:
        """One field, going into it included."""
        field.fill(text)
        self.acts += 1


def written(task: str) -> int:
    """How many acts docs/usability.md says that a task takes."""
    found = re.search(rf"^\| {re.escape(task)} \| \d+ \| (\d+) \|", USABILITY.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"docs/usability.md has no row for {task!r}"
    return int(found[1])
