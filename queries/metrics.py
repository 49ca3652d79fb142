"""Each ratio, estimate and text of metrics.md, once. Integers in, no floats; `queries/measures.py` says what counts."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

SMALL_SAMPLE = 20
SHIPPING_MARGIN_PERCENT = 25  # of the shipping cost, while a courier's own price is not known
DEFINITIONS_VERSION = "1.0"


def percent(part: int, whole: int) -> Decimal | None:
    """part / whole in percent, half up to two decimals; None where whole is 0."""
    if whole == 0:
        return None
    return rounded(Fraction(part * 100, whole))


def whole_percent(part: int, whole: int) -> int | None:
    """part / whole in percent, half up to a whole one; None where whole is 0."""
    return half_up(part * 100, whole) if whole else None


def share(part: int, whole: int) -> Fraction | None:
    """part / whole in percent, exact, for what is computed further; None where whole is 0."""
    return Fraction(part * 100, whole) if whole else None


def rounded(exact: Fraction) -> Decimal:
    """An exact number half up to two decimals: the last step before it is shown."""
    return Decimal(half_up(exact.numerator * 100, exact.denominator)).scaleb(-2)


def half_up(dividend: int, divisor: int) -> int:
    """dividend / divisor as the nearest whole number, halves away from 0; `divisor` is above 0."""
    nearest = (2 * abs(dividend) + divisor) // (2 * divisor)
    return nearest if dividend >= 0 else -nearest


def potential_return_cost(running: int, returned: int, shipped: int) -> int:
    """Return shipping of the orders on their way to customers x the retur ratio, half up to a rupiah."""
    return half_up(running * returned, shipped) if shipped else 0


def expected_return_cost(running: int, arriving: int, returned: int, shipped: int) -> int:
    """Return shipping to expect: the potential part of running orders, and all of those on their way back."""
    return potential_return_cost(running, returned, shipped) + arriving


def potential_income(running: int, returned: int, shipped: int) -> int:
    """Net profit of the orders on their way to customers x (1 - retur ratio), half up to a rupiah."""
    return half_up(running * (shipped - returned), shipped) if shipped else running


def months_text(days: Fraction) -> str:
    """Days as the contract prints them, "2 Bulan - 7 Hari": rounded half up, 30 days to a month."""
    months, rest = divmod(half_up(days.numerator, days.denominator), 30)
    return f"{months} Bulan - {rest} Hari"


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
