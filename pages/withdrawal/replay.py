"""What was decided, by whom, on what: the steps of a withdrawal, the frozen snapshot beside today, and the proof."""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd
import streamlit as st

from dashboard import format as fmt
from dashboard.actions.replay import Replay, SeenOrders, replay
from dashboard.actions.review import Balance, Decision
from dashboard.actions.risk import Score
from dashboard.actions.withdrawals import transfer_proof
from dashboard.client import api
from dashboard.components import Column, empty_state, guarded, whole_table
from dashboard.i18n import _
from dashboard.labels import risk_band
from pages.withdrawal.labels import decision_kind


class Compared(NamedTuple):
    """A fact as it was seen, and as it is now."""

    fact: str
    then: str
    now: str


def decisions(withdrawal_id: int, made: list[Decision]) -> None:
    """The steps, newest first, each with a way to what was seen then."""
    with st.expander(_("Keputusan ({count})").format(count=len(made)), expanded=bool(made)):
        if not made:
            empty_state(_("Belum ada keputusan."))
        for step in made:
            with st.container(horizontal=True, vertical_alignment="center"):
                alone = _("menyetujui sendiri")
                own = f" · :orange[{alone}]" if step.self_approved else ""
                comment = f"  \n{fmt.plain(step.comment)}" if step.comment else ""
                st.markdown(f"{_headline(step)}{own}{comment}")
                if st.button(_("Lihat saat itu"), key=f"wd-then-{step.id}", icon=":material/history:"):
                    _open_replay(withdrawal_id, step)


def _headline(step: Decision) -> str:
    return f"**{decision_kind(step.kind)}** · {fmt.plain(step.actor)} · {fmt.instant(step.created_at)}"


def _open_replay(withdrawal_id: int, step: Decision) -> None:
    @st.dialog(_("Yang dilihat saat itu, dan sekarang"), width="large")
    def draw() -> None:
        with guarded(_("Keputusan"), _("Halaman tetap dapat dipakai.")):
            _draw_replay(step, replay(api(), withdrawal_id, step.id))

    draw()


def _draw_replay(step: Decision, found: Replay) -> None:
    st.markdown(_headline(step))
    rows = list(compared(found))
    if not rows:
        empty_state(_("Keputusan ini dibuat sebelum potret disimpan."))
        return
    st.caption(
        _("Potret ini persis yang tampil di layar.")
        if step.seen
        else _("Potret ini disusun server saat keputusan; layar tidak mengirimnya.")
    )
    marks = ["●" if row.then != row.now else "" for row in rows]
    frame = pd.DataFrame(rows, columns=Compared._fields).assign(changed=marks)
    columns = [
        Column("fact", _("Hal")),
        Column("then", _("Saat itu")),
        Column("now", _("Sekarang")),
        Column("changed", _("Berubah")),
    ]
    whole_table(frame, columns, key="wd-then", alt=_("Saat itu dan sekarang"))


def compared(found: Replay) -> Iterator[Compared]:
    """The facts that the snapshot holds, beside those of now."""
    then, now = found.then, found.now
    if then.withdrawal and now.withdrawal:
        yield _money(_("Nominal"), then.withdrawal.nominal, now.withdrawal.nominal)
        yield Compared(_("Rekening"), then.withdrawal.bank_account_no, now.withdrawal.bank_account_no)
    if then.balance and now.balance:
        yield from _balances(then.balance, now.balance)
    if then.risk and now.risk:
        yield Compared(_("Risiko"), _score(then.risk), _score(now.risk))
    if then.orders and now.orders:
        yield from _orders(then.orders, now.orders)


def _money(fact: str, then: int, now: int) -> Compared:
    return Compared(fact, fmt.rupiah(then), fmt.rupiah(now))


def _balances(then: Balance, now: Balance) -> Iterator[Compared]:
    yield _money(_("Saldo"), then.settled, now.settled)
    yield _money(_("Dicadangkan"), then.reserved, now.reserved)
    yield _money(_("Saldo sesudahnya"), then.after, now.after)


def _score(score: Score) -> str:
    return f"{fmt.number(score.points)} · {risk_band(score.band)}"


def _orders(then: SeenOrders, now: SeenOrders) -> Iterator[Compared]:
    returned, problem = _("Retur 90 hari"), _("Masalah 90 hari")
    yield Compared(returned, *(fmt.ratio(each.returned_90, each.shipped_90) for each in (then, now)))
    yield Compared(problem, *(fmt.ratio(each.problem_90, each.shipped_90) for each in (then, now)))
    yield _money(_("Perkiraan ongkir retur"), then.expected_return_cost, now.expected_return_cost)


def proof_panel(withdrawal_id: int, status: str) -> None:
    """The transfer proof beside the request, shown when it is unfolded: each view is audited."""
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
