"""The metrics by the day on which orders were created."""

from datetime import date

from dashboard import format as fmt
from dashboard.components import chart, empty_state, guarded
from dashboard.i18n import _
from dashboard.warehouse import ask
from pages.reliability import labels
from pages.reliability.charts import Step, cohort_shares, draw_steps
from queries import reliability
from queries.wib import Period
from vocabulary import OrderState

ENDS = (OrderState.DIKIRIM, OrderState.DITERIMA, OrderState.RETUR)


def draw_by_cohort(period: Period, today: date, only: tuple[str, ...]) -> None:
    """Funnel of the orders created in the period, and what share of each day's reached a state."""
    rows = ask(reliability.cohorts, period, today, only)
    if not rows["created"].any():
        empty_state(_("Tidak ada pesanan yang dibuat pada rentang ini."))
        return
    steps = [
        Step(state, labels.step(state), int(rows["created" if state is OrderState.DIAJUKAN else state].sum()))
        for state in labels.STEPS
    ]
    draw_steps(steps, ask(reliability.step_medians, period, only), _("dari pesanan yang dibuat pada rentang ini"))
    young = int((~rows["mature"].astype(bool)).sum())
    with guarded(_("Grafik"), _("Tabel di bawah tetap dapat dipakai.")):
        days = int((rows["created"] > 0).sum())
        title = _("{young} dari {days} kohort belum matang").format(young=fmt.number(young), days=fmt.number(days))
        lines = {state: labels.step(state) for state in ENDS}
        chart(cohort_shares(rows, lines), title, key="reliability-cohorts", days=period)
