"""A range of WIB days: by a name such as "30 hari", or by its first and last day."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, assert_never

import streamlit as st

from dashboard import format as fmt
from dashboard.filters.base import Chip, Filter, code_in_address, filter_by, shown_value, unknown
from dashboard.filters.choice import draw_select
from dashboard.i18n import _
from dashboard.links import PERIOD, AddressKey, span_keys
from dashboard.state import SessionKey
from queries.wib import Period, PeriodError, month_start, week_start

CUSTOM = "custom"
ANY = "any"


class Preset(StrEnum):
    """A range of days that ends today, or is named by the calendar."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "7d"
    LAST_30_DAYS = "30d"
    THIS_WEEK = "week"
    THIS_MONTH = "month"
    LAST_MONTH = "last_month"

    def period(self, today: date) -> Period:
        """The days, seen from a WIB day."""
        match self:
            case Preset.TODAY:
                return Period(today, today)
            case Preset.YESTERDAY:
                return Period(today - timedelta(days=1), today - timedelta(days=1))
            case Preset.LAST_7_DAYS:
                return Period(today - timedelta(days=6), today)
            case Preset.LAST_30_DAYS:
                return Period(today - timedelta(days=29), today)
            case Preset.THIS_WEEK:
                return Period(week_start(today), today)
            case Preset.THIS_MONTH:
                return Period(month_start(today), today)
            case Preset.LAST_MONTH:
                last = month_start(today) - timedelta(days=1)
                return Period(month_start(last), last)
            case _:
                assert_never(self)

    def label(self) -> str:
        """The name in the reader's language."""
        match self:
            case Preset.TODAY:
                return _("Hari ini")
            case Preset.YESTERDAY:
                return _("Kemarin")
            case Preset.LAST_7_DAYS:
                return _("7 hari")
            case Preset.LAST_30_DAYS:
                return _("30 hari")
            case Preset.THIS_WEEK:
                return _("Minggu ini")
            case Preset.THIS_MONTH:
                return _("Bulan ini")
            case Preset.LAST_MONTH:
                return _("Bulan lalu")
            case _:
                assert_never(self)


def _options() -> dict[str, str]:
    return {**{preset.value: preset.label() for preset in Preset}, CUSTOM: _("Pilih sendiri")}


def span_in_words(period: Period) -> str:
    """1 Okt 2022 - 5 Okt 2022."""
    return f"{fmt.day(period.start)} - {fmt.day(period.end)}"


def span_pairs(key: AddressKey[str], days: Period) -> tuple[tuple[str, str], ...]:
    """Days of one's own in an address, for `page_link`."""
    first, last = span_keys(key)
    return key.pair(CUSTOM), first.pair(days.start), last.pair(days.end)


def _take_code(key: AddressKey[str], code: str, default: str, shown: Period) -> None:
    """Choose a preset, or the days of one's own, which begin as those that are shown."""
    first, last = span_keys(key)
    if code == CUSTOM:
        filter_by(key.to(CUSTOM), first.to(shown.start), last.to(shown.end))
    else:
        filter_by(key.to() if code == default else key.to(code), first.to(), last.to())


class _Span:
    """Two days of the address; an impossible range is named, and `fallback` taken."""

    def __init__(self, keys: tuple[AddressKey[date], AddressKey[date]], fallback: Period) -> None:
        self._keys = keys
        self._labels = (_("Dari"), _("Sampai"))
        self.problems: list[str] = []
        start, end = (
            self._day(key, label, day)
            for key, label, day in zip(keys, self._labels, (fallback.start, fallback.end), strict=True)
        )
        try:
            self.period = Period(start, end)
        except PeriodError:
            problem = _("Tanggal akhir {end} sebelum tanggal awal {start}; dipakai {shown}.")
            shown = span_in_words(fallback)
            self.problems.append(problem.format(end=fmt.day(end), start=fmt.day(start), shown=shown))
            self.period = fallback

    def draw(self) -> None:
        for key, label, day in zip(self._keys, self._labels, (self.period.start, self.period.end), strict=True):
            chosen = shown_value(key.name, day)
            st.date_input(
                label, key=key.name, format="DD/MM/YYYY", width=135, on_change=partial(self._take, key, chosen)
            )

    def _day(self, key: AddressKey[date], label: str, default: date) -> date:
        day = key.get()
        if day is None and key.is_given():
            self.problems.append(unknown(key.texts()[0], label))
        return day or default

    def _take(self, key: AddressKey[date], chosen: SessionKey[date]) -> None:
        """Write both days: one that is not said would follow the calendar."""
        first, last = self._keys
        days = {first.name: self.period.start, last.name: self.period.end} | {key.name: chosen.get()}
        filter_by(first.to(days[first.name]), last.to(days[last.name]))


def _code(key: AddressKey[str], label: str, options: Mapping[str, str]) -> tuple[str | None, list[str]]:
    """What the address names: an option, or days of one's own by their days alone."""
    if not key.is_given() and any(end.is_given() for end in span_keys(key)):
        return CUSTOM, []
    return code_in_address(key, label, options)


class PeriodFilter(Filter[Period]):
    """The period of the page, or of one of its views, which then has a `key` and `label` of its own."""

    def __init__(self, today: date, preset: Preset, key: AddressKey[str] = PERIOD, label: str | None = None) -> None:
        super().__init__(key, label or _("Periode"), preset.period(today))
        self._preset = preset
        code, self.problems = _code(key, self.label, _options())
        self._code = preset.value if code is None else code
        self._span = _Span(span_keys(key), self.default) if self._code == CUSTOM else None
        if self._span:
            self.value = self._span.period
            self.problems += self._span.problems
        else:
            self.value = Preset(self._code).period(today)

    @property
    def keys(self) -> tuple[AddressKey[Any], ...]:
        return (self.key, *span_keys(self.key))

    def draw(self) -> None:
        draw_select(self.key, self.label, _options(), self._code, self._take, 130)
        if self._span:
            self._span.draw()

    def described(self) -> str:
        return span_in_words(self.value)

    def chips(self) -> list[Chip]:
        if self._code == self._preset:
            return []
        shown = span_in_words(self.value) if self._span else Preset(self._code).label()
        return [Chip(f"{self.label}: {shown}", self.clear)]

    def choose(self, preset: Preset) -> None:
        """Go to a preset; to be called in a callback."""
        self._take(preset.value)

    def _take(self, code: str) -> None:
        _take_code(self.key, code, self._preset.value, self.value)


class OptionalPeriod(Filter[Period | None]):
    """A period of a page that limits nothing until it is chosen."""

    def __init__(self, key: AddressKey[str], label: str, today: date) -> None:
        super().__init__(key, label, None)
        self._options: Mapping[str, str] = {ANY: _("Semua"), **_options()}
        self._usual = Preset.LAST_30_DAYS.period(today)
        code, self.problems = _code(key, label, self._options)
        self._code = code or ANY
        self._span = _Span(span_keys(key), self._usual) if self._code == CUSTOM else None
        if self._span:
            self.value = self._span.period
            self.problems += self._span.problems
        elif self._code != ANY:
            self.value = Preset(self._code).period(today)

    @property
    def keys(self) -> tuple[AddressKey[Any], ...]:
        return (self.key, *span_keys(self.key))

    def draw(self) -> None:
        draw_select(self.key, self.label, self._options, self._code, self._take, 150)
        if self._span:
            self._span.draw()

    def described(self) -> str:
        return _("Semua") if self.value is None else span_in_words(self.value)

    def chips(self) -> list[Chip]:
        if self.value is None:
            return []
        shown = span_in_words(self.value) if self._span else Preset(self._code).label()
        return [Chip(f"{self.label}: {shown}", self.clear)]

    def _take(self, code: str) -> None:
        _take_code(self.key, code, ANY, self.value or self._usual)
