"""Review Withdrawal: requests with their decisions, and what was paid."""

from dashboard import format as fmt
from dashboard.components import page_header, view_switch
from dashboard.i18n import _
from dashboard.links import WITHDRAWAL_VIEW
from dashboard.runtime import runtime
from dashboard.warehouse import ask
from pages.withdrawal.paid import paid_view
from pages.withdrawal.review import review_view
from queries import withdrawals as questions
from queries.wib import business_day

REQUESTS, PAID = "permintaan", "dibayar"

instant = runtime().now()
summary = ask(questions.approval_summary, instant)
page_header(
    _("Review Withdrawal"),
    _("{count} permintaan menunggu, {amount} belum dibayar").format(
        count=fmt.number(summary.waiting_status), amount=fmt.rupiah(summary.waiting_nominal)
    ),
)
view = view_switch(WITHDRAWAL_VIEW, _("Tampilan"), {REQUESTS: _("Permintaan"), PAID: _("Dibayar")})
if view == PAID:
    paid_view(business_day(instant))
else:
    review_view(summary, instant)
