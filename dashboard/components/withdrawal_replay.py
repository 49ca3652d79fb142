"""What was decided, by whom, on what: the steps of a withdrawal, the frozen snapshot beside today, and the proof."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions.withdrawals import decision, transfer_proof
from dashboard.client import api
from dashboard.components.states import empty_state, guarded
from dashboard.components.withdrawal_risk import band_label
from dashboard.i18n import _

Snapshot = dict[str, Any]


def kind_label(kind: str) -> str:
    """What a person did, in words."""
    return {
        "on_review": _("Meninjau"),
        "approved": _("Menyetujui"),
        "sent_back": _("Mengembalikan"),
        "completed": _("Membayar"),
        "rejected": _("Menolak"),
        "canceled": _("Membatalkan"),
        "reversed": _("Mencatat dana kembali"),
    }[kind]


def decisions(withdrawal_id: int, made: list[dict[str, Any]]) -> None:
    """The steps, newest first, each with a way to what was seen then."""
    with st.expander(_("Keputusan ({count})").format(count=len(made)), expanded=bool(made)):
        if not made:
            empty_state(_("Belum ada keputusan."))
        for step in made:
            with st.container(horizontal=True, vertical_alignment="center"):
                at = fmt.instant(datetime.fromisoformat(step["created_at"]))
                alone = _("menyetujui sendiri")
                own = f" · :orange[{alone}]" if step["self_approved"] else ""
                said = f"  \n{fmt.plain(step['comment'])}" if step["comment"] else ""
                st.markdown(f"**{kind_label(step['kind'])}** · {fmt.plain(step['actor'])} · {at}{own}{said}")
                if st.button(_("Lihat saat itu"), key=f"wd-then-{step['id']}", icon=":material/history:"):
                    _replay(withdrawal_id, step)


def _replay(withdrawal_id: int, step: dict[str, Any]) -> None:
    @st.dialog(_("Yang dilihat saat itu, dan sekarang"), width="large")
    def draw() -> None:
        with guarded(_("Keputusan"), _("Halaman tetap dapat dipakai.")):
            found = decision(api(), withdrawal_id, step["id"])
            at = fmt.instant(datetime.fromisoformat(step["created_at"]))
            st.markdown(f"**{kind_label(step['kind'])}** · {fmt.plain(step['actor'])} · {at}")
            rows = list(_compared(found["then"], found["now"]))
            if not rows:
                empty_state(_("Keputusan ini dibuat sebelum potret disimpan."))
                return
            st.caption(
                _("Potret ini persis yang tampil di layar.")
                if step["seen"]
                else _("Potret ini disusun server saat keputusan; layar tidak mengirimnya.")
            )
            frame = pd.DataFrame(rows, columns=["fact", "then", "now", "changed"])
            marks = frame["changed"].map({True: "●", False: ""})
            st.dataframe(
                frame.assign(changed=marks),
                hide_index=True,
                lazy=False,
                alt=_("Saat itu dan sekarang"),
                column_config={
                    "fact": _("Hal"),
                    "then": st.column_config.TextColumn(_("Saat itu"), alignment="right"),
                    "now": st.column_config.TextColumn(_("Sekarang"), alignment="right"),
                    "changed": st.column_config.TextColumn(_("Berubah"), width="small"),
                },
            )

    draw()


def _compared(then: Snapshot, now: Snapshot) -> Iterator[tuple[str, str, str, bool]]:
    """The facts that the snapshot holds: name, value then, value now, whether they differ."""

    def money(section: str, name: str) -> tuple[str, str]:
        return fmt.rupiah(then[section][name]), fmt.rupiah(now[section][name])

    found: list[tuple[str, tuple[str, str]]] = []
    if "withdrawal" in then:
        found += [
            (_("Nominal"), money("withdrawal", "nominal")),
            (_("Rekening"), (then["withdrawal"]["bank_account_no"], now["withdrawal"]["bank_account_no"])),
        ]
    if "balance" in then:
        found += [
            (_("Saldo"), money("balance", "settled")),
            (_("Dicadangkan"), money("balance", "reserved")),
            (_("Saldo sesudahnya"), money("balance", "after")),
        ]
    if "risk" in then:
        told = [f"{fmt.number(each['risk']['points'])} · {band_label(each['risk']['band'])}" for each in (then, now)]
        found.append((_("Risiko"), (told[0], told[1])))
    if then.get("orders") and now.get("orders"):
        for name, title in (("returned_90", _("Retur 90 hari")), ("problem_90", _("Masalah 90 hari"))):
            shares = [fmt.ratio(each["orders"][name], each["orders"]["shipped_90"]) for each in (then, now)]
            found.append((title, (shares[0], shares[1])))
        found.append((_("Perkiraan ongkir retur"), money("orders", "expected_return_cost")))
    for title, (was, is_) in found:
        yield title, was, is_, was != is_


def proof_panel(withdrawal_id: int, status: str) -> None:
    """The transfer proof beside the request, shown when asked for: each view is audited."""
    if status not in ("completed", "reversed"):
        return
    with st.expander(_("Bukti transfer"), on_change="rerun", key="wd-proof") as section:
        if not section.open:
            return
        with guarded(_("Bukti transfer"), _("Permintaan tetap dapat dibaca.")):
            content, media_type = transfer_proof(api(), withdrawal_id)
            if media_type.startswith("image/"):
                st.image(content, alt=_("Bukti transfer"))
            else:
                suffix = "pdf" if media_type == "application/pdf" else "bin"
                name = f"bukti-{withdrawal_id}.{suffix}"
                st.download_button(_("Unduh bukti"), content, name, media_type, icon=":material/download:")
            st.caption(_("Setiap pembukaan bukti tercatat di audit."))
