"""A range of WIB days: by a name such as "30 hari", or by its first and last day."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import assert_never

import streamlit as st

from dashboard import format as fmt
from dashboard.filters.base import Chip, Filter
from dashboard.filters.choice import draw_select
from dashboard.i18n import _
from dashboard.links import PERIOD, AddressKey, span_keys
from dashboard.state import widget_value
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


class _Span:
    """Two date inputs; an impossible range is named, and `fallback` taken."""

    def __init__(self, keys: tuple[AddressKey[date], AddressKey[date]], fallback: Period) -> None:
        self._keys = keys
        self._fallback = fallback
        self.problems: list[str] = []

    def draw(self) -> Period:
        start = self._date(self._keys[0], _("Dari"), self._fallback.start)
        end = self._date(self._keys[1], _("Sampai"), self._fallback.end)
        try:
            return Period(start, end)
        except PeriodError:
            problem = _("Tanggal akhir {end} sebelum tanggal awal {start}; dipakai {shown}.")
            shown = span_in_words(self._fallback)
            self.problems.append(problem.format(end=fmt.day(end), start=fmt.day(start), shown=shown))
            return self._fallback

    def _date(self, key: AddressKey[date], label: str, default: date) -> date:
        if key.is_given() and key.get() is None and not widget_value(key.name, default).is_set():
            problem = _("Tanggal {value} pada tautan tidak ada; dipakai {day}.")
            self.problems.append(problem.format(value=f'"{key.texts()[0][:30]}"', day=fmt.day(default)))
        picked = st.date_input(label, value=default, key=key.name, bind="query-params", format="DD/MM/YYYY", width=135)
        return picked or default


class PeriodFilter(Filter[Period]):
    """The period of the page, or of one of its views, which then has a `key` and `label` of its own."""

    def __init__(self, today: date, preset: Preset, key: AddressKey[str] = PERIOD, label: str | None = None) -> None:
        super().__init__(key, label or _("Periode"), preset.period(today))
        self._today = today
        self._preset = preset
        self._chosen = widget_value(self.key.name, preset.value)

    def draw(self) -> None:
        if not self._chosen.is_set() and any(end.is_given() for end in span_keys(self.key)):
            self._chosen.set(CUSTOM)
        code, self.problems = draw_select(self.key, self.label, _options(), self._preset.value, 130)
        if code == CUSTOM:
            span = _Span(span_keys(self.key), self.default)
            self.value = span.draw()
            self.problems += span.problems
        else:
            self.value = Preset(code).period(self._today)

    def described(self) -> str:
        return span_in_words(self.value)

    def chips(self) -> list[Chip]:
        code = self._chosen.get()
        return [] if code == self._preset else [Chip(_options()[code], self.clear)]

    def clear(self) -> None:
        self.choose(self._preset)

    def choose(self, preset: Preset) -> None:
        """Go to a preset; to be called in a callback."""
        self._chosen.set(preset.value)


class OptionalPeriod(Filter[Period | None]):
    """A period of a page that limits nothing until it is chosen."""

    def __init__(self, key: AddressKey[str], label: str, today: date) -> None:
        super().__init__(key, label, None)
        self._today = today
        self._chosen = widget_value(key.name, ANY)

    def draw(self) -> None:
        if not self._chosen.is_set() and any(end.is_given() for end in span_keys(self.key)):
            self._chosen.set(CUSTOM)
        options: Mapping[str, str] = {ANY: _("Semua"), **_options()}
        code, self.problems = draw_select(self.key, self.label, options, ANY, 150)
        if code == ANY:
            self.value = None
        elif code == CUSTOM:
            span = _Span(span_keys(self.key), Preset.LAST_30_DAYS.period(self._today))
            self.value = span.draw()
            self.problems += span.problems
        else:
            self.value = Preset(code).period(self._today)

    def described(self) -> str:
        return _("Semua") if self.value is None else span_in_words(self.value)

    def chips(self) -> list[Chip]:
        if self.value is None:
            return []
        code = self._chosen.get()
        shown = span_in_words(self.value) if code == CUSTOM else Preset(code).label()
        return [Chip(f"{self.label}: {shown}", self.clear)]

    def clear(self) -> None:
        self._chosen.set(ANY)
