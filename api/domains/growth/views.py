"""The summary of the warehouse as the contract prints it, and the targets."""

from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.growth.models import SummaryTarget
from api.domains.growth.schemas import Summary, TargetRow
from queries import metrics, summary
from queries.wib import Period


def summed_up(connection: Connection, period: Period, today: date) -> Summary:
    """The numbers of a period; balance, retention and churn as of its last day, or of today while it lasts."""
    as_of = min(period.end, today)
    trade = summary.trade(connection, period)
    margin = summary.lifetime(connection, period).per_partner
    month = summary.partner_months(connection, as_of, 1)[0]
    churned = summary.churned(connection, [as_of])[0]
    return {
        "total_transaction_cod": trade.cod,
        "total_transaction_non_cod": trade.non_cod,
        "total_shipping": trade.shipping,
        "total_transacting_user": trade.partners,
        "net_ltv_user": None if margin is None else metrics.half_up(margin.numerator, margin.denominator),
        "retention_rate": metrics.whole_percent(month.kept, month.before),
        "curent_churn_user": churned.partners,
        "churn_period": None if churned.mean_days is None else metrics.months_text(churned.mean_days),
        "outstanding_user_balance": summary.owed(connection, Period(as_of, as_of))[-1],
    }


def targets(session: Session) -> list[TargetRow]:
    """The targets that are set, by the name of their number."""
    found = session.execute(
        select(SummaryTarget, User.full_name).join(User, User.id == SummaryTarget.set_by).order_by(SummaryTarget.number)
    )
    return [
        {"number": target.number, "value": target.value, "set_by": name, "set_at": target.set_at.isoformat()}
        for target, name in found
    ]
