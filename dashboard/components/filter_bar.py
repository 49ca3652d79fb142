"""The one filter bar; its state lives in the address, in typed widgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from urllib.parse import quote, urlsplit

import streamlit as st

from dashboard import format as fmt
from dashboard.i18n import _, in_every_language, translations
from dashboard.runtime import runtime
from queries.wib import Period, PeriodError, business_day, month_start

CUSTOM = "custom"
ANY = "any"


@dataclass(frozen=True, slots=True)
class Choice:
    """One more select of a page: `options` maps values to labels, `key` is the name in the address."""

    key: str
    label: str
    options: Mapping[str, str]
    default: str = ""


@dataclass(frozen=True, slots=True)
class ExtraPeriod:
    """One more period of a page, not limited by default."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page, the query, the export and the link share."""

    period: Period
    couriers: tuple[str, ...] = ()
    payment: str | None = None
    search: str = ""
    compare: bool = False
    choices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    periods: Mapping[str, Period | None] = field(default_factory=lambda: MappingProxyType({}))
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def before(self) -> Period | None:
        """The period to compare with; None when comparing is off."""
        return self.period.before() if self.compare else None

    def choice(self, key: str) -> str:
        """The value of a Choice."""
        return self.choices[key]

    def extra_period(self, key: str) -> Period | None:
        """The range of an ExtraPeriod, None when it is not limited."""
        return self.periods[key]

    def described(self) -> list[tuple[str, str]]:
        """Label and value of every filter, as an export states them."""
        return list(self.labels)


def preset_period(preset: str, today: date) -> Period:
    """The days that a preset means, seen from a WIB day."""
    match preset:
        case "today":
            return Period(today, today)
        case "yesterday":
            return Period(today - timedelta(days=1), today - timedelta(days=1))
        case "30d":
            return Period(today - timedelta(days=29), today)
        case "month":
            return Period(month_start(today), today)
        case "last_month":
            last = month_start(today) - timedelta(days=1)
            return Period(month_start(last), last)
        case _:
            return Period(today - timedelta(days=6), today)


def _presets() -> dict[str, str]:
    return {
        "today": _("Hari ini"),
        "yesterday": _("Kemarin"),
        "7d": _("7 hari"),
        "30d": _("30 hari"),
        "month": _("Bulan ini"),
        "last_month": _("Bulan lalu"),
        CUSTOM: _("Pilih sendiri"),
    }


def set_preset(preset: str) -> None:
    """Choose a preset from a button's callback."""
    st.session_state["periode"] = preset


def month_choice(key: str, label: str, now: date, months: int = 24) -> Choice:
    """A select of the last `months` months, newest first; `now` is a WIB day or an instant."""
    current = month_start(business_day(now) if hasattr(now, "hour") else now)
    options: dict[str, str] = {}
    for _step in range(months):
        options[f"{current:%Y-%m}"] = fmt.month(current)
        current = month_start(current - timedelta(days=1))
    return Choice(key, label, options, next(iter(options)))


def filter_bar(
    *,
    couriers: Sequence[str] = (),
    payment: bool = False,
    search: str | None = None,
    compare: bool = True,
    preset: str = "7d",
    period: bool = True,
    choices: Sequence[Choice] = (),
    periods: Sequence[ExtraPeriod] = (),
) -> Filters:
    """Draw the bar and return the filters. What an address says wrongly is named, and the default taken."""
    wrong: list[str] = []
    today = business_day(runtime().now())
    labels: list[tuple[str, str]] = []
    # on a phone the bar folds into this button (style.css)
    with st.container(key="filter-fold"):
        unfolded = st.toggle(_("Tampilkan saringan"), key="filters-unfolded")
    name = "filter-bar-unfolded" if unfolded else "filter-bar"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=name):
        chosen = _period(preset, today, wrong) if period else preset_period(preset, today)
        taken = {extra.key: _extra_period(extra, today, wrong) for extra in periods}
        codes = _couriers(couriers, wrong) if couriers else ()
        pays = {"": _("Semua pembayaran"), "COD": "COD", "BANK TRANSFER": _("Non-COD")}
        paid = _select(Choice("bayar", _("Pembayaran"), pays), wrong) if payment else ""
        picked = {choice.key: _select(choice, wrong) for choice in choices}
        text = ""
        if search:
            text = st.text_input(
                _("Cari"), placeholder=search, key="q", bind="query-params", max_chars=100, width=290, type="search"
            ) or ""  # fmt: skip
        compares = (
            st.toggle(_("Bandingkan"), value=True, key="banding", bind="query-params") if compare and period else False
        )
    for message in wrong:
        st.warning(message, icon=":material/warning:")
    if period:
        labels.append((_("Periode"), f"{fmt.day(chosen.start)} - {fmt.day(chosen.end)}"))
    labels += [
        (extra.label, f"{fmt.day(span.start)} - {fmt.day(span.end)}" if (span := taken[extra.key]) else _("Semua"))
        for extra in periods
    ]
    if couriers:
        labels.append((_("Kurir"), ", ".join(codes) or _("Semua")))
    if payment:
        labels.append((_("Pembayaran"), pays[paid]))
    labels += [(choice.label, choice.options[picked[choice.key]]) for choice in choices]
    if search:
        labels.append((_("Cari"), text.strip() or "-"))
    _chips(preset, period, codes, paid, pays, choices, picked, text, periods, taken)
    return Filters(
        chosen,
        codes,
        paid or None,
        text.strip(),
        compares,
        MappingProxyType(picked),
        MappingProxyType(taken),
        tuple(labels),
    )


def _seed(key: str, options: Mapping[str, str], wrong: list[str], *, many: bool = False) -> None:
    """Take the address's value in either language, once; name what no option knows."""
    if key in st.session_state or key not in st.query_params:
        return
    found: list[str] = []
    for raw in st.query_params.get_all(key):
        code = next((c for c, label in options.items() if raw == c or raw in in_every_language(label)), None)
        # labels are shown translated: the other language's label matches through its msgid
        if code is None:
            code = next((c for c, label in options.items() if raw in _spoken(label)), None)
        if code is None:
            wrong.append(
                _('Tautan berisi "{value}" untuk {key}, yang tidak dikenal; dipakai nilai bawaan.').format(
                    value=raw[:60], key=key
                )
            )
        else:
            found.append(code)
    if found:
        st.session_state[key] = found if many else found[0]


def _spoken(label: str) -> set[str]:
    return {msgid for msgid, forms in translations("en").items() if forms[0] == label}


def _select(choice: Choice, wrong: list[str], width: int = 165) -> str:
    _seed(choice.key, choice.options, wrong)
    values = list(choice.options)
    value = st.selectbox(
        choice.label,
        values,
        index=values.index(choice.default) if choice.default in values else 0,
        format_func=lambda code: choice.options[code],
        key=choice.key,
        bind="query-params",
        width=width,
    )
    return value if value in choice.options else values[0]


def view_switch(key: str, label: str, options: Mapping[str, str]) -> str:
    """One of a few views of a page, kept in the address; the first is the default."""
    wrong: list[str] = []
    _seed(key, options, wrong)
    values = list(options)
    picked = st.segmented_control(
        label,
        values,
        format_func=lambda code: options[code],
        default=None if key in st.session_state else values[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
    )
    for message in wrong:
        st.warning(message, icon=":material/warning:")
    return picked if picked in options else values[0]


def _couriers(codes: Sequence[str], wrong: list[str]) -> tuple[str, ...]:
    options = {code: code for code in codes}
    _seed("kurir", options, wrong, many=True)
    picked = st.multiselect(
        _("Kurir"), list(codes), key="kurir", bind="query-params", placeholder=_("Semua kurir"), width=220
    )
    return tuple(code for code in picked if code in options)


def _date(key: str, label: str, default: date, wrong: list[str]) -> date:
    raw = st.query_params.get(key)
    if raw and key not in st.session_state:
        try:
            date.fromisoformat(raw)
        except ValueError:
            wrong.append(
                _("Tanggal {value} pada tautan tidak ada; dipakai {day}.").format(
                    value=f'"{raw[:30]}"', day=fmt.day(default)
                )
            )
    return st.date_input(label, value=default, key=key, bind="query-params", format="DD/MM/YYYY", width=135) or default


def _span(keys: tuple[str, str], default: Period, wrong: list[str]) -> Period:
    start = _date(keys[0], _("Dari"), default.start, wrong)
    end = _date(keys[1], _("Sampai"), default.end, wrong)
    try:
        return Period(start, end)
    except PeriodError:
        wrong.append(
            _("Tanggal akhir {end} sebelum tanggal awal {start}; dipakai {shown}.").format(
                end=fmt.day(end), start=fmt.day(start), shown=f"{fmt.day(default.start)} - {fmt.day(default.end)}"
            )
        )
        return default


def _period(preset: str, today: date, wrong: list[str]) -> Period:
    default = preset
    if "periode" not in st.session_state and ("dari" in st.query_params or "sampai" in st.query_params):
        st.session_state["periode"] = CUSTOM
    code = _select(Choice("periode", _("Periode"), _presets(), default), wrong, 130)
    if code != CUSTOM:
        return preset_period(code, today)
    return _span(("dari", "sampai"), preset_period(default, today), wrong)


def _extra_period(extra: ExtraPeriod, today: date, wrong: list[str]) -> Period | None:
    code = _select(Choice(extra.key, extra.label, {ANY: _("Semua"), **_presets()}, ANY), wrong, 150)
    if code == ANY:
        return None
    if code != CUSTOM:
        return preset_period(code, today)
    return _span((f"{extra.key}_dari", f"{extra.key}_sampai"), preset_period("30d", today), wrong)


def _clear(key: str, value: object) -> None:
    st.session_state[key] = value


def _reset(defaults: Mapping[str, object]) -> None:
    for key, value in defaults.items():
        st.session_state[key] = value


def _chips(
    preset: str,
    period: bool,
    codes: tuple[str, ...],
    paid: str,
    pays: Mapping[str, str],
    choices: Sequence[Choice],
    picked: Mapping[str, str],
    text: str,
    periods: Sequence[ExtraPeriod],
    taken: Mapping[str, Period | None],
) -> None:
    chips: list[tuple[str, str, object]] = []
    if period and st.session_state.get("periode", preset) != preset:
        chips.append((_presets()[st.session_state["periode"]], "periode", preset))
    chips += [(extra.label, extra.key, ANY) for extra in periods if taken[extra.key]]
    chips += [(code, "kurir", [c for c in codes if c != code]) for code in codes]
    if paid:
        chips.append((pays[paid], "bayar", ""))
    for choice in choices:
        default = choice.default if choice.default in choice.options else next(iter(choice.options))
        if picked[choice.key] != default:
            chips.append((choice.options[picked[choice.key]], choice.key, default))
    if text.strip():
        chips.append((f'"{text.strip()[:40]}"', "q", ""))
    if not chips:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filter-chips"):
        for at, (label, key, cleared) in enumerate(chips):
            st.button(
                label,
                key=f"chip-{at}-{key}",
                icon=":material/close:",
                icon_position="right",
                on_click=_clear,
                args=(key, cleared),
            )
        defaults = {key: [] if key == "kurir" else cleared for _label, key, cleared in chips}
        st.button(_("Reset"), key="filter-reset", type="tertiary", on_click=_reset, args=(defaults,))
        with st.popover(_("Salin tautan"), icon=":material/link:", type="tertiary"):
            st.code(_link(), language=None, wrap_lines=True)


def _link() -> str:
    parts = urlsplit(st.context.url or "")
    query = "&".join(f"{key}={value}" for key, value in _encoded())
    return f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{query}" if query else "")


def _encoded() -> list[tuple[str, str]]:
    return [(key, quote(value)) for key in st.query_params for value in st.query_params.get_all(key)]
