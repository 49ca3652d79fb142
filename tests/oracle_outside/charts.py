"""The numbers in the charts of pages and in their sentences: as they are drawn, and by the oracle."""

import base64
import json
import re
import struct
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.oracle import partner_detail, partners, pickups, reliability, tickets, withdrawals
from tests.oracle.days import DAY, month_of, whole_percent
from tests.oracle.segments import Wanted
from tests.oracle_outside.lived import Lived
from tests.oracle_outside.reading import NONE, number, percent, span, whole_span
from tests.pages.tables import given_to_components

Days = tuple[date, date]
Both = tuple[str, Any, Any]  # what it is, as drawn, as the oracle has it
NUMBER = re.compile(r"-?(?:Rp)?[0-9][0-9.]*(?:,[0-9]+)?(?: (?:rb|jt|M|T|%)(?![\w]))?")
KINDS = {"i1": "b", "i2": "h", "i4": "i", "f8": "d", "u1": "B", "u2": "H", "u4": "I"}


def traces(page: AppTest, key: str) -> list[dict[str, Any]]:
    """The traces of a chart, none where it is not drawn."""
    for drawn in page.get("plotly_chart"):
        if drawn.proto.id.endswith(f"-{key}"):
            found: list[dict[str, Any]] = json.loads(drawn.proto.spec)["data"]
            return found
    return []


def values(drawn: Any) -> list[Any]:
    """The numbers of a trace, which may be packed."""
    if isinstance(drawn, dict):
        packed = base64.b64decode(drawn["bdata"])
        kind = KINDS[drawn["dtype"]]
        return [*struct.unpack(f"<{len(packed) // struct.calcsize(kind)}{kind}", packed)]
    return list(drawn)


def numbers_in(text: str) -> list[Fraction | None]:
    """Every number of a sentence, in order."""
    return [number(found.removesuffix(".")) for found in NUMBER.findall(text)]


def answer(page: AppTest) -> list[Fraction | None]:
    """The numbers of the sentence under the title."""
    texts = [each.value for each in page.markdown]
    return numbers_in(next(text for text in texts if text.startswith(":gray[")))


def _share(part: int, whole: int) -> list[Fraction]:
    """The numbers that are read of a share: none where it is "-"."""
    share = percent(part, whole)
    return [] if share is None else [share]


def pickup(page: AppTest, lived: Lived, period: Days) -> Iterator[Both]:
    """The heat map of courier and hour, and how many wait."""
    counts = pickups.waiting_counts(lived.found, lived.now, ())
    wanted = [counts["overdue"], counts["waiting"]] if counts["waiting"] else []
    yield "answer", answer(page), wanted
    given = {}
    for heat in (each for each in given_to_components(page) if each.get("kind") == "heat"):
        for row in heat["rows"]:
            for cell in (each for each in row["cells"] if each):
                hour = int(cell["code"].rpartition("-")[2])
                given[row["name"], hour] = (cell["text"].rstrip("○").rstrip(" %"), *_lateness(cell["words"]))
    yield (
        "heat",
        given,
        {
            (row["courier"], row["due_hour"]): (
                str(whole_percent(row["late"], row["handed"])),
                *(row["late"], row["handed"]),
                whole_span(Fraction(row["late_seconds"], row["late"])) if row["late"] else None,
            )
            for row in pickups.lateness_by_hour(lived.found, *period, ())
        },
    )


def _lateness(words: str) -> tuple[Any, ...]:
    late, handed, mean = re.fullmatch(r".+: (\S+) dari (\S+) terlambat, rata-rata (.+)", words).groups()  # type: ignore[union-attr]
    return number(late), number(handed), span(mean)


def ticket(page: AppTest, lived: Lived, period: Days) -> Iterator[Both]:
    """The bars of each day and courier, the line of the period before, and who has most."""
    rows = tickets.daily_totals(lived.found, *period, ())
    total = sum(row["tickets"] for row in rows)
    of_each = [sum(row["tickets"] for row in rows if row["courier"] == code) for code in lived.found.couriers]
    most = max(of_each)
    is_named = most >= 20 and of_each.count(most) < len(of_each)
    yield "answer", answer(page), ([total, most] if is_named else [total]) if total else []
    if not total or period[0] == period[1]:
        return  # nothing is drawn, or hours
    bars = [trace for trace in traces(page, "tiket-chart") if trace["type"] == "bar"]
    given = {
        (str(day)[:10], trace["name"]): count
        for trace in bars
        for day, count in zip(trace["x"], values(trace["y"]), strict=True)
    }
    yield "bars", given, {(str(row["day"]), row["courier"]): row["tickets"] for row in rows}
    length = (period[1] - period[0]).days + 1
    earlier = [day - timedelta(days=length) for day in (period[0], period[1])]
    before: dict[date, int] = {}
    for row in tickets.daily_totals(lived.found, *earlier, ()):
        before[row["day"]] = before.get(row["day"], 0) + row["tickets"]
    lines = [values(trace["y"]) for trace in traces(page, "tiket-chart") if trace["type"] == "scatter"]
    yield "line", lines, [list(before.values())]


def reliable(page: AppTest, lived: Lived, period: Days) -> Iterator[Both]:
    """The funnel with its medians, and a small chart for each column."""
    rows = reliability.daily(lived.found, *period, lived.today, ())
    columns = [name for name in rows[0] if name.startswith("total_")]
    sums = [sum(row[name] for row in rows) for name in ("total_dikirim", "total_diterima", "total_retur")]
    yield "answer", answer(page), sums
    panels = {trace["meta"]: values(trace["y"]) for trace in traces(page, "reliability-days")}
    for name in columns:
        yield name, panels.get(name), [row[name] for row in rows]
    moved = reliability.by_state(lived.found, *period, ())
    entered = [sum(row["entered"] for row in moved if row["state"] == state) for state in reliability.STATES]
    yield from _funnel(page, lived, period, entered)


def _funnel(page: AppTest, lived: Lived, period: Days, entered: list[int]) -> Iterator[Both]:
    medians = reliability.step_medians(lived.found, *period, ())
    spans = [None, *(whole_span(medians[step]) for step in reliability.STEPS)]
    (trace,) = traces(page, "reliability-funnel")
    yield "funnel", values(trace["x"])[::-1], entered
    yield "funnel's shares", [_of_text(text) for text in trace["text"]][::-1], _shares_of(entered)
    given = [span(found[1]) if (found := re.search(r"median ([^<]+)<", name)) else None for name in trace["y"]]
    yield "medians", given[::-1], spans


def _of_text(text: str) -> tuple[Fraction | None, ...]:
    """7 · 8,54 %."""
    count, share = text.split(" · ")
    return number(count), number(share)


def _shares_of(counts: list[int]) -> list[tuple[int, Fraction | None]]:
    return [(count, percent(count, counts[0])) for count in counts]


def cohorts(page: AppTest, lived: Lived, period: Days) -> Iterator[Both]:
    """By the day of creation: the funnel, and the shares that reached the ends."""
    rows = reliability.cohorts(lived.found, *period, lived.today, ())
    created = sum(row["created"] for row in rows)
    if not created:
        yield "no chart", traces(page, "reliability-funnel"), []
        return
    counts = [created, *(sum(row[state] for row in rows) for state in reliability.STATES[1:])]
    yield from _funnel(page, lived, period, counts)
    lines = [trace for trace in traces(page, "reliability-cohorts") if trace["type"] == "scatter"]
    for state, trace in zip(("Dikirim", "Diterima", "Retur"), lines, strict=True):
        shares = [percent(row[state], row["created"]) for row in rows]
        yield state, values(trace["y"]), shares
    young = [row for row in rows if not row["mature"]]
    still = [values(trace["y"]) for trace in traces(page, "reliability-cohorts") if trace["type"] == "bar"]
    yield "open", still, [[percent(row["open"], row["created"]) for row in young]] if young else []


def growth(page: AppTest, lived: Lived, joined: Days) -> Iterator[Both]:
    """The funnel of those who joined, and who stays of the last eight months."""
    new = partners.funnel(lived.found, Wanted((month_of(lived.today), lived.today)), lived.today)
    share = _share(new["first_pickup"], new["joined"]) if new["joined"] >= 20 else []
    yield "answer", answer(page), [new["joined"], new["first_pickup"], *share]
    steps = list(partners.funnel(lived.found, Wanted(joined), lived.today).values())
    drawn = [_of_text(text) for trace in traces(page, "growth-funnel")[:1] for text in trace["text"]]
    yield "funnel", drawn, _shares_of(steps) if steps[0] else []
    months = [month_of(lived.today)]
    while len(months) < 8:
        months.append(month_of(months[-1] - DAY))
    rows = partners.retention(lived.found, Wanted(), months, lived.today)
    wanted = [whole_percent(row["active"], row["joined"]) for row in rows]
    given = [
        None if text == NONE else int(text)
        for trace in traces(page, "growth-retention")
        for line in trace["text"]
        for text in line
        if text
    ]
    yield "retention", given, wanted if any(row["joined"] for row in rows) else []


def review(page: AppTest, lived: Lived, _period: Days) -> Iterator[Both]:
    """What waits, and its rupiah."""
    summary = withdrawals.approval_summary(lived.found, lived.now)
    yield "answer", answer(page), [summary["waiting_status"], summary["waiting_nominal"]]


def of_a_partner(page: AppTest, lived: Lived, partner_id: int) -> Iterator[Both]:
    """Its months, those without orders too, and its couriers."""
    first = month_of(lived.today)
    for _number in range(11):
        first = month_of(first - DAY)
    rows = partner_detail.monthly(lived.found, partner_id, first, lived.today)
    has_any = any(row["created"] or row["shipped"] for row in rows)
    wanted = [[row[name] for row in rows] for name in ("created", "shipped")] if has_any else []
    yield "months", [values(trace["y"]) for trace in traces(page, "partner-months")], wanted
    mix = partner_detail.courier_mix(lived.found, partner_id)
    shipped = sum(row["shipped"] for row in mix)
    given = {
        courier: _of_text(text)
        for trace in traces(page, "partner-couriers")
        for courier, text in zip(trace["y"], trace["text"], strict=True)
    }
    yield "couriers", given, {row["courier"]: (row["shipped"], percent(row["shipped"], shipped)) for row in mix}


CHARTS: dict[str, Callable[[AppTest, Lived, Days], Iterator[Both]]] = {
    "pickup": pickup,
    "tiket": ticket,
    "reliabilitas": reliable,
    "partner": growth,
    "withdrawal": review,
}
