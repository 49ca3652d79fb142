"""Each kind of filter: what it takes from the address, says, shows as a chip, and how it is cleared."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboard.filters import Preset

TODAY = date(2022, 11, 25)


def script(kind: str) -> None:
    """A page with one filter, that shows what the filter says."""
    from datetime import date

    import streamlit as st

    from dashboard.filters import (
        Choice,
        Month,
        OptionalPeriod,
        PeriodFilter,
        Preset,
        Search,
        Several,
        Toggle,
        described,
        filter_bar,
    )
    from dashboard.links import COMPARE, COURIERS, JOINED, MONTH, PICKUPS_SHOWN

    today = date(2022, 11, 25)
    made = {
        "text": lambda: Search("Cari nama"),
        "choice": lambda: Choice(PICKUPS_SHOWN, "Tampilkan", {"belum": "Belum Dipickup", "semua": "Semua"}),
        "several": lambda: Several(COURIERS, "Kurir", ["JNE", "SAP", "SICEPAT"], "Semua kurir"),
        "period": lambda: PeriodFilter(today, Preset.LAST_7_DAYS),
        "optional": lambda: OptionalPeriod(JOINED, "Bergabung", today),
        "month": lambda: Month(MONTH, "Bulan", today),
        "toggle": lambda: Toggle(COMPARE, "Bandingkan", "Tanpa pembanding", default=True),
    }[kind]()
    filter_bar((made,))
    st.text(f"value={made.value!r}")
    st.text(f"described={described((made,))}")


def run(kind: str, **address: Any) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60, args=(kind,))
    for key, value in address.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def shown(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def chips(app: AppTest) -> list[str]:
    return [button.label for button in app.button if str(button.key).startswith("chip-")]


CASES = [
    # kind, address, value, described, chips
    ("text", {}, "''", [("Cari", "-")], []),
    ("text", {"q": " budi "}, "'budi'", [("Cari", "budi")], ['Cari: "budi"']),
    ("choice", {}, "'belum'", [("Tampilkan", "Belum Dipickup")], []),
    ("choice", {"tampil": "semua"}, "'semua'", [("Tampilkan", "Semua")], ["Tampilkan: Semua"]),
    ("choice", {"tampil": "Semua"}, "'semua'", [("Tampilkan", "Semua")], ["Tampilkan: Semua"]),
    ("choice", {"tampil": "All"}, "'semua'", [("Tampilkan", "Semua")], ["Tampilkan: Semua"]),
    ("several", {}, "()", [("Kurir", "Semua")], []),
    ("several", {"kurir": ["SAP", "JNE"]}, "('SAP', 'JNE')", [("Kurir", "SAP, JNE")], ["Kurir: SAP", "Kurir: JNE"]),
    ("optional", {}, "None", [("Bergabung", "Semua")], []),
    ("month", {}, "datetime.date(2022, 11, 1)", [("Bulan", "November 2022")], []),
    ("month", {"bulan": "2022-10"}, "datetime.date(2022, 10, 1)", [("Bulan", "Oktober 2022")], ["Bulan: Oktober 2022"]),
    ("toggle", {}, "True", [], []),
    ("toggle", {"banding": "false"}, "False", [], ["Tanpa pembanding"]),
]
PERIODS = [
    ("period", {}, "19 Nov 2022 - 25 Nov 2022", []),
    ("period", {"periode": "month"}, "1 Nov 2022 - 25 Nov 2022", ["Periode: Bulan ini"]),
    (
        "period",
        {"dari": "2022-10-05", "sampai": "2022-10-07"},
        "5 Okt 2022 - 7 Okt 2022",
        ["Periode: 5 Okt 2022 - 7 Okt 2022"],
    ),
    ("optional", {"gabung": "yesterday"}, "24 Nov 2022 - 24 Nov 2022", ["Bergabung: Kemarin"]),
    (
        "optional",
        {"gabung": "custom", "gabung_dari": "2022-10-05", "gabung_sampai": "2022-10-07"},
        "5 Okt 2022 - 7 Okt 2022",
        ["Bergabung: 5 Okt 2022 - 7 Okt 2022"],
    ),
]


@pytest.mark.parametrize(("kind", "address", "value", "described", "expected_chips"), CASES)
def test_a_filter_takes_its_value_from_the_address(
    kind: str, address: dict[str, Any], value: str, described: list[tuple[str, str]], expected_chips: list[str]
) -> None:
    app = run(kind, **address)
    assert shown(app) == [f"value={value}", f"described={described}"]
    assert chips(app) == expected_chips


@pytest.mark.parametrize(("kind", "address", "days", "expected_chips"), PERIODS)
def test_a_period_is_said_by_its_days(kind: str, address: dict[str, Any], days: str, expected_chips: list[str]) -> None:
    app = run(kind, **address)
    assert days in shown(app)[1]
    assert chips(app) == expected_chips


@pytest.mark.parametrize(
    ("kind", "address"),
    [(kind, address) for kind, address, *_rest, expected in [*CASES, *PERIODS] if expected],
)
def test_reset_and_the_chip_go_back_to_the_default(kind: str, address: dict[str, Any]) -> None:
    default = shown(run(kind))
    app = run(kind, **address)
    app.button("filter-reset").click().run()
    assert shown(app) == default
    assert chips(app) == []
    app = run(kind, **address)
    for _chip in chips(app):
        next(button for button in app.button if str(button.key).startswith("chip-")).click().run()
    assert shown(app) == default
    assert not app.exception


def test_one_of_several_is_taken_out_by_its_chip() -> None:
    app = run("several", kurir=["SAP", "JNE"])
    app.button("chip-0-kurir").click().run()
    assert shown(app)[0] == "value=('JNE',)"


@pytest.mark.parametrize(
    ("kind", "address", "problem"),
    [
        ("choice", {"tampil": "entah"}, 'Nilai "entah" untuk Tampilkan di tautan tidak dikenal dan diabaikan.'),
        ("choice", {"tampil": ["semua", "belum"]}, 'Nilai "Belum Dipickup" untuk Tampilkan di tautan diabaikan'),
        ("several", {"kurir": ["JNE", "XYZ"]}, 'Nilai "XYZ" untuk Kurir'),
        ("toggle", {"banding": "mungkin"}, 'Nilai "mungkin" untuk Bandingkan'),
        ("period", {"periode": "kemarin-lusa"}, 'Nilai "kemarin-lusa" untuk Periode'),
        ("period", {"dari": "2022-02-30"}, 'Nilai "2022-02-30" untuk Dari'),
        ("period", {"dari": "2022-10-07", "sampai": "2022-10-05"}, "Tanggal akhir 5 Okt 2022 sebelum tanggal awal"),
        ("month", {"bulan": "1999-01"}, 'Nilai "1999-01" untuk Bulan'),
        ("optional", {"gabung": "x" * 99}, 'Nilai "' + "x" * 60 + '" untuk Bergabung'),
    ],
)
def test_what_an_address_gets_wrong_is_named(kind: str, address: dict[str, Any], problem: str) -> None:
    app = run(kind, **address)
    assert [warning.value for warning in app.warning if problem in warning.value]


def test_a_wrong_value_gives_the_default() -> None:
    assert shown(run("period", periode="kemarin-lusa")) == shown(run("period"))
    assert shown(run("several", kurir=["JNE", "XYZ"]))[0] == "value=('JNE',)"


@pytest.mark.parametrize(
    ("kind", "widget", "address"),
    [
        ("choice", lambda app: app.selectbox("tampil").select("semua"), {"tampil": "semua"}),
        ("several", lambda app: app.multiselect("kurir").select("JNE"), {"kurir": ["SAP", "JNE"]}),
        ("period", lambda app: app.selectbox("periode").select("month"), {"periode": "month"}),
        (
            "period",
            lambda app: app.selectbox("periode").select("custom"),
            {"periode": "custom", "dari": "2022-11-19", "sampai": "2022-11-25"},
        ),
        ("month", lambda app: app.selectbox("bulan").select("2022-09"), {"bulan": "2022-09"}),
        ("toggle", lambda app: app.toggle("banding").set_value(False), {"banding": "false"}),
        ("text", lambda app: app.text_input("q").input(" budi "), {"q": "budi"}),
    ],
)
def test_a_control_writes_codes_and_leads_tables_to_their_first_page(
    kind: str, widget: Callable[[AppTest], Any], address: dict[str, Any]
) -> None:
    before = {"kurir": ["SAP"]} if kind == "several" else {}
    app = run(kind, tiket_hal="3", **before)
    widget(app).run()
    assert app.query_params == address
    assert not app.exception


def test_the_link_can_be_copied_before_and_while_a_filter_is_in_force() -> None:
    for app in (run("choice"), run("choice", tampil="semua")):
        assert any("data-copy-address" in each.proto.body for each in app.get("html"))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_preset_ends_by_today_and_starts_before_its_end(today: date) -> None:
    for preset in Preset:
        period = preset.period(today)
        assert period.start <= period.end <= today
        assert 1 <= period.days <= 31
