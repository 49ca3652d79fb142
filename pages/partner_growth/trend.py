"""What a partner handed over in the last weeks: one small picture, and the same in numbers."""

from base64 import b64encode
from collections.abc import Sequence

from dashboard import theme

WIDTH, HEIGHT = 96, 22  # pixels
GAP = 2


def trend_text(weeks: Sequence[int]) -> str:
    """The weeks from the oldest to the newest: 0 3 12."""
    return " ".join(str(handed) for handed in weeks)


def trend_image(weeks: Sequence[int]) -> str | None:
    """A bar for each week, as an SVG data address; a week without parcels is a line. None for a partner without any."""
    most = max(weeks, default=0)
    if not most:
        return None
    step = WIDTH / len(weeks)
    bars = []
    for number, handed in enumerate(weeks):
        height = max(round(HEIGHT * handed / most), 2 if handed else 1)
        colour = theme.color("primary" if handed else "muted")
        bars.append(
            f'<rect x="{number * step:.1f}" y="{HEIGHT - height}" width="{step - GAP:.1f}" height="{height}" '
            f'fill="{colour}"/>'
        )
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">{"".join(bars)}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
