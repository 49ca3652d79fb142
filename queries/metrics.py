"""Each ratio and text of metrics.md once. Integers in, no floats."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

SMALL_SAMPLE = 20
DEFINITIONS_VERSION = "1.0"


def percent(part: int, whole: int) -> Decimal | None:
    """part / whole in percent, half up to two decimals; None where whole is 0."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def whole_percent(part: int, whole: int) -> int | None:
    """part / whole in percent, half up to a whole one; None where whole is 0."""
    if whole == 0:
        return None
    return int((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1), ROUND_HALF_UP))


def is_small(whole: int) -> bool:
    """Whether a ratio over `whole` is marked as a small sample."""
    return whole < SMALL_SAMPLE


def largest_remainder(counts: Mapping[str, int]) -> dict[str, int]:
    """Shares in whole percent that add up to 100 (Hamilton's method), ties by name; all 0 where nothing was counted."""
    total = sum(counts.values())
    if total == 0:
        return dict.fromkeys(counts, 0)
    shares = {name: count * 100 // total for name, count in counts.items()}
    by_remainder = sorted(counts, key=lambda name: (-(counts[name] * 100 % total), name))
    for name in by_remainder[: 100 - sum(shares.values())]:
        shares[name] += 1
    return shares


def delay_text(seconds: int) -> str:
    """A delay as the contract prints it: "1 hari 5 jam"; under an hour in minutes; whole units, rounded down."""
    days, rest = divmod(max(seconds, 0), 86_400)
    hours, rest = divmod(rest, 3_600)
    if days:
        return f"{days} hari {hours} jam"
    return f"{hours} jam" if hours else f"{rest // 60} menit"
