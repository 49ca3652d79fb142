"""What is wrong with a page as a browser draws it: overflow, cut text, shifts of the layout, errors of the console and
what axe-core finds."""

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

MOST_SHIFT = 0.02
WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    const moved = entry.sources.map((each) => each.node?.className || each.node?.nodeName || "?");
    window.shifts.push({ value: entry.value, moved: moved.slice(0, 3) });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
CUT_TEXTS = """
() => {
  const found = [];  // a glyph may reach two pixels over its box
  const look = (root) => {
    for (const each of root.querySelectorAll("*")) {
      if (each.shadowRoot) look(each.shadowRoot);
      const shown = each.getClientRects().length > 0 && each.innerText?.trim();
      const style = getComputedStyle(each);
      const cuts = style.overflowX === "hidden" || style.overflowX === "clip";
      const hidden = each.clientWidth <= 1 || style.visibility === "hidden" || style.opacity === "0";
      if (shown && cuts && !hidden && each.scrollWidth > each.clientWidth + 2)
        found.push(`${each.innerText.trim().slice(0, 60)} (${each.scrollWidth} > ${each.clientWidth} px)`);
    }
  };
  look(document.querySelector("[data-testid=stApp]"));
  return found;
}
"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Inspection:
    """Watches a page from before it is opened. `findings` says what is wrong with what it shows now, `shifts` what
    moved since it was opened.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._errors: list[str] = []
        page.add_init_script(WATCH_SHIFTS)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._errors.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(message.text)

    def findings(self) -> list[str]:
        """A sentence for each fault; the errors of the console since the last call."""
        errors, self._errors = self._errors, []
        return [*self._overflow(), *(f"console: {each}" for each in errors), *self._of_axe()]

    def _overflow(self) -> Iterator[str]:
        if (pixels := int(self._page.evaluate(WIDER))) > 0:
            yield f"{pixels} px too wide"
        yield from (f"cut: {each}" for each in self._page.evaluate(CUT_TEXTS))

    def shifts(self) -> Iterator[str]:
        """A sentence where the layout moved by more than 0.02."""
        shifts = self._page.evaluate("() => window.shifts")
        if (total := sum(each["value"] for each in shifts)) > MOST_SHIFT:
            worst = max(shifts, key=lambda each: each["value"])
            yield f"layout shift {total:.3f}, most of it by {', '.join(map(str, worst['moved']))}"

    def _of_axe(self) -> Iterator[str]:
        violations: list[dict[str, Any]] = Axe().run(self._page).response["violations"]
        for each in violations:
            targets = "; ".join(str(node["target"]) for node in each["nodes"][:3])
            yield f"axe {each['impact']}: {each['id']} on {len(each['nodes'])}: {targets}"
