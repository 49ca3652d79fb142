"""What the chart of tickets says: what changed, and where. Nothing is called most by few, and equals tie."""

from collections.abc import Mapping, Sequence

from dashboard import format as fmt
from dashboard.i18n import _, ngettext
from queries.metrics import SMALL_SAMPLE, is_small

Counts = Mapping[str, int]
"""Tickets by courier."""


def leaders(counts: Counts) -> tuple[list[str], int]:
    """The couriers with the most tickets, several where they tie, and how many; none where few are counted or all have
    as many."""
    most = max(counts.values(), default=0)
    first = sorted(courier for courier, count in counts.items() if count == most)
    named = not is_small(most) and len(first) < len(counts)
    return (first, most) if named else ([], most)


def chart_title(now: Counts, before: Counts | None) -> str:
    """One sentence over the chart."""
    count = sum(now.values())
    if before is None:
        return _most(now, count)
    count_before = sum(before.values())
    if count == count_before:
        return _("Tiket tetap {count}, sama dengan rentang sebelumnya").format(count=fmt.number(count))
    went = _("{before} -> {now}").format(before=fmt.number(count_before), now=fmt.number(count))
    change = fmt.change(count, count_before)
    if is_small(min(count, count_before)) or change is None:
        text = _("Tiket naik ({went}, n kecil)") if count > count_before else _("Tiket turun ({went}, n kecil)")
        return text.format(went=went)
    text = _("Tiket naik {change} ({went})") if count > count_before else _("Tiket turun {change} ({went})")
    return text.format(change=change.text, went=went) + _where(now, before)


def _most(now: Counts, count: int) -> str:
    first, most = leaders(now)
    if not first:
        return ngettext("{count} tiket", "{count} tiket", count).format(count=fmt.number(count))
    return _("{count} tiket, terbanyak {couriers} ({most})").format(
        count=fmt.number(count), couriers=tied(first), most=fmt.number(most)
    )


def _where(now: Counts, before: Counts) -> str:
    """The couriers with the largest part in a change, where there are enough tickets of them to say it."""
    sign = 1 if sum(now.values()) > sum(before.values()) else -1
    moved = {courier: sign * (now.get(courier, 0) - before.get(courier, 0)) for courier in {*now, *before}}
    most = max(moved.values())
    first = sorted(courier for courier, part in moved.items() if part == most)
    is_enough = all(max(now.get(each, 0), before.get(each, 0)) >= SMALL_SAMPLE for each in first)
    if not is_enough or len(first) == len(moved):
        return ""
    return _(", terutama {couriers} ({part})").format(
        couriers=tied(first), part=("+" if sign > 0 else "-") + fmt.number(most)
    )


def tied(couriers: Sequence[str]) -> str:
    """One name, or all that tie."""
    names = ", ".join(couriers)
    return names if len(couriers) == 1 else _("{couriers} (seri)").format(couriers=names)
