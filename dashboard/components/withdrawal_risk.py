"""The risk of a withdrawal in the open: each part with its points, its weight and what it rests on."""

from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard import theme
from dashboard.i18n import _, ngettext
from dashboard.links import withdrawal_link

Dossier = dict[str, Any]
_NUMBERS = ("shipped", "returned", "problem")
_WINDOWS = ("30", "90", "life")


def band_label(band: str) -> str:
    """low -> Rendah, ..."""
    return {"low": _("Rendah"), "medium": _("Sedang"), "high": _("Tinggi")}[band]


def reason_label(reason: str) -> str:
    """Why two people are needed, or what to look at, in words."""
    return {
        "amount": _("nominal besar"),
        "risk_medium": _("risiko sedang"),
        "risk_high": _("risiko tinggi"),
        "account_changed": _("rekening partner diubah sesudah permintaan"),
        "new_account": _("rekening baru atau baru diubah"),
        "name_unchecked": _("nama rekening belum diperiksa"),
        "name_mismatch": _("nama rekening tidak cocok"),
        "partner_fake": _("partner ditandai palsu"),
        "partner_hold": _("partner ditahan"),
        "account_of_blocked_partner": _("rekening dipakai partner yang ditahan"),
        "same_account": _("rekening sama dengan baris lain"),
    }.get(reason, reason)


def part_label(key: str) -> str:
    """The name of a part of the score."""
    return {
        "retur": _("Retur 90 hari"),
        "problem": _("Masalah 90 hari"),
        "retur_trend": _("Tren retur 30 hari"),
        "exposure": _("Eksposur retur"),
        "unusual_amount": _("Nominal tak biasa"),
        "new_partner": _("Partner masih baru"),
        "new_account": _("Rekening baru"),
        "account_name": _("Nama rekening"),
        "shared_account": _("Rekening bersama"),
    }[key]


def _basis(part: dict[str, Any]) -> str:
    facts = part["facts"]
    match part["key"]:
        case "retur" | "problem" if facts:
            told = _("{ratio}; rerata ekspedisi {expected}")
            return told.format(ratio=_ratio(facts["part"], facts["whole"]), expected=fmt.number(facts["expected"]))
        case "retur_trend" if facts:
            told = _("{ratio}; biasanya {usual}")
            usual = fmt.percent(facts["own_part"], facts["own_whole"])
            return told.format(ratio=_ratio(facts["part"], facts["whole"]), usual=usual)
        case "exposure" if facts:
            told = _("ongkir retur {cost} dari sisa saldo {after}")
            return told.format(cost=fmt.rupiah(facts["cost"]), after=fmt.rupiah(facts["balance_after"]))
        case "unusual_amount" if "usual" in facts:
            told = _("biasanya {usual} ({count} kali)")
            return told.format(usual=fmt.rupiah(facts["usual"]), count=fmt.number(facts["completed"]))
        case "new_partner":
            return _("bergabung {days} hari").format(days=fmt.number(facts["days"]))
        case "new_account":
            return _("tetap sejak {days} hari").format(days=fmt.number(facts["days"]))
        case "account_name" if facts:
            return _("kecocokan nama {score} dari 100").format(score=facts["score"])
        case "shared_account":
            others = facts["partners"]
            return ngettext("{count} partner lain", "{count} partner lain", others).format(count=fmt.number(others))
    return _("tidak diketahui: dihitung setengah")


def _ratio(part: int, whole: int) -> str:
    return f"{fmt.percent(part, whole)} · {fmt.ratio(part, whole)}"


def priority_told(parts: dict[str, float]) -> str:
    """The points by which the queue is ordered, as a sum."""
    total = fmt.number(round(sum(parts.values()), 1))
    told = _("{total} = usia {age} + nominal {amount} + risiko {risk}")
    return told.format(total=total, **{name: fmt.number(points) for name, points in parts.items()})


def risk_parts(dossier: Dossier) -> None:
    """The score, what lifts it, and its parts, the heaviest first."""
    risk = dossier["risk"]
    title = _("Risiko {band}: {points} dari 100 poin").format(
        band=band_label(risk["band"]).lower(), points=fmt.number(risk["points"])
    )
    title = title[0].upper() + title[1:]
    st.markdown(f"**{title}**")
    limits = _("Sedang mulai {medium}, tinggi mulai {high} poin.").format(medium=risk["medium"], high=risk["high"])
    lifted = ", ".join(reason_label(reason) for reason in risk["overrides"])
    always = _("Selalu tinggi karena:")
    st.caption(f"{limits} {always} {lifted}." if lifted else limits)
    rows = sorted(risk["parts"], key=lambda part: -part["points"])
    frame = pd.DataFrame(
        {
            "part": [part_label(part["key"]) for part in rows],
            "points": [part["points"] for part in rows],
            "of": [f"{fmt.number(part['points'])} / {part['weight']}" for part in rows],
            "basis": [_basis(part) for part in rows],
        }
    )
    st.dataframe(
        frame,
        hide_index=True,
        lazy=False,
        row_height=30,
        height=30 * (len(rows) + 1) + 3,
        key="wd-risk",
        alt=title,
        column_config={
            "part": st.column_config.TextColumn(_("Bagian"), width=130),
            "points": st.column_config.ProgressColumn(
                _("Poin"), min_value=0, max_value=max(part["weight"] for part in rows), format=" ", width=70,
                color=theme.color("warn"),
            ),
            "of": st.column_config.TextColumn(_("dari bobot"), width=80, alignment="right"),
            "basis": st.column_config.TextColumn(_("Dasar")),
        },
    )  # fmt: skip


def ratios(dossier: Dossier, withdrawal_id: int) -> None:
    """Ratios over 30 and 90 days against the partner's life and the couriers' mean; each leads to its orders."""
    orders = dossier["orders"]
    if orders is None:
        st.caption(_("Partner ini belum punya pesanan terkirim di gudang data."))
        return
    heading, exposed = _("Rasio partner"), _("Eksposur")
    st.markdown(f"**{heading}**")
    titles = {"returned": _("Retur"), "problem": _("Masalah")}
    head = ["", _("30 hari"), _("90 hari"), _("Rerata ekspedisi"), _("Seumur hidup")]
    lines = ["| " + " | ".join(head) + " |", "|---|--:|--:|--:|--:|"]
    for what, title in titles.items():
        cells = [_linked(orders, what, window, withdrawal_id) for window in _WINDOWS]
        expected = orders[f"expected_{what}_90"]
        mean = fmt.percent_value(expected * 100 / orders["shipped_90"]) if orders["shipped_90"] else fmt.NONE
        lines.append(f"| {title} | {cells[0]} | {cells[1]} | {mean} | {cells[2]} |")
    with st.container(key="wd-ratios"):
        st.markdown("\n".join(lines))
    st.markdown(f"**{exposed}**")
    facts = [
        (_("COD masih dalam masa retur 7 hari"), "cod_in_window"),
        (_("Ongkir retur sedang kembali"), "arriving_return_shipping"),
        (_("Ongkir retur pesanan yang dikirim"), "running_return_shipping"),
    ]
    told = {label: f"[{fmt.rupiah(orders[name])}]({withdrawal_link(withdrawal_id, name)})" for label, name in facts}
    told[_("Perkiraan ongkir retur")] = fmt.rupiah(orders["expected_return_cost"])
    st.table(told, border="horizontal")


def _linked(orders: dict[str, Any], what: str, window: str, withdrawal_id: int) -> str:
    part, whole = orders[f"{what}_{window}"], orders[f"shipped_{window}"]
    link = withdrawal_link(withdrawal_id, f"{what}_{window}")
    return f"{fmt.percent(part, whole)} · [{fmt.ratio(part, whole)}]({link})" if whole else fmt.NONE


def number_label(number: str) -> str:
    """What a linked number counts, in words."""
    what, _sep, window = number.rpartition("_")
    if what in _NUMBERS and window in _WINDOWS:
        title = {"shipped": _("Pesanan terkirim"), "returned": _("Pesanan retur"), "problem": _("Pesanan bermasalah")}
        span = {"30": _("30 hari"), "90": _("90 hari"), "life": _("seumur hidup")}
        return f"{title[what]}, {span[window]}"
    return {
        "cod_in_window": _("COD masih dalam masa retur 7 hari"),
        "arriving_return_shipping": _("Ongkir retur sedang kembali"),
        "running_return_shipping": _("Ongkir retur pesanan yang dikirim"),
    }[number]


def iso_day(text: str | None) -> str:
    """2022-10-05T... -> 5 Okt 2022."""
    return fmt.day(date.fromisoformat(text[:10])) if text else fmt.NONE
