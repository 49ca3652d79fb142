"""The headline numbers of the summary, each with its trend, its change and its target."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from dashboard import format as fmt
from dashboard.actions.summary import Target
from dashboard.components import Headline, headlines
from dashboard.i18n import _
from pages.summary.labels import AT_MOST, RUPIAH, for_days, in_unit, months_and_days, number_name
from pages.summary.standing import Standing
from queries.metrics import half_up
from vocabulary import SummaryNumber

Targets = Mapping[SummaryNumber, Target]
IN_A_ROW = 5
MOST_POINTS = 400  # of a trend by day
_A_MONTH = range(28, 32)  # days


def draw_numbers(standing: Standing, targets: Targets) -> None:
    """Trade of the period, then what partners are worth, stay, leave and have with us."""
    headlines([*_of_trade(standing, targets), *_of_partners(standing, targets)], in_a_row=IN_A_ROW)


def _of_trade(standing: Standing, targets: Targets) -> list[Headline]:
    now, before = standing.trade, standing.trade_before
    days = standing.days if standing.period.days <= MOST_POINTS else None
    shown = [
        (SummaryNumber.COD, "cod", _("Nilai pesanan COD yang diserahkan ke kurir pada rentang ini.")),
        (SummaryNumber.NON_COD, "non_cod", _("Nilai pesanan non-COD yang diserahkan ke kurir pada rentang ini.")),
        (SummaryNumber.SHIPPING, "shipping", _("Ongkir pesanan yang diserahkan ke kurir pada rentang ini.")),
        (SummaryNumber.TRADING, "partners", _("Partner dengan pesanan yang diserahkan ke kurir pada rentang ini.")),
    ]
    found, by_day = [], _("Tren per hari.")
    for number, name, meaning in shown:
        value: int = getattr(now, name)
        is_money = number in RUPIAH
        found.append(
            Headline(
                number_name(number),
                fmt.rupiah_short(value) if is_money else fmt.number(value),
                help=meaning + " " + by_day,
                full=fmt.rupiah(value) if is_money else None,
                change=fmt.change(value, getattr(before, name)) if before else None,
                good="up",
                trend=[] if days is None else [float(each) for each in days[name]],
                target=_against_target(number, Fraction(value), targets, standing),
            )
        )
    return found


def _of_partners(standing: Standing, targets: Targets) -> list[Headline]:
    worth, kept = _lifetime(standing, targets), _retention(standing, targets)
    return [worth, kept, *_churn(standing, targets), _owed(standing, targets)]


def _lifetime(standing: Standing, targets: Targets) -> Headline:
    now, before = standing.lifetime.per_partner, standing.lifetime_before
    value = None if now is None else half_up(now.numerator, now.denominator)
    number = SummaryNumber.LIFETIME
    return Headline(
        number_name(number),
        fmt.rupiah_short(value),
        help=_(
            "Laba semua pesanan terkirim seumur hidup dari partner yang bertransaksi pada rentang ini, per partner. "
            "Tren per bulan."
        ),
        full=fmt.rupiah(value),
        change=fmt.change(now, before.per_partner) if before else None,
        good="up",
        trend=_known(month.lifetime.per_partner for month in standing.months),
        target=_against_target(number, now, targets, standing),
    )


def _retention(standing: Standing, targets: Targets) -> Headline:
    month = standing.months[-1]
    number = SummaryNumber.RETENTION
    meaning = _("Partner yang mengirim pada bulan sebelumnya dan lagi pada {month}. Tren per bulan.")
    return Headline(
        number_name(number),
        fmt.percent(month.kept, month.before),
        help=meaning.format(month=fmt.month(month.month)),
        change=fmt.change_in_points(month.retention, standing.months[-2].retention) if standing.is_compared else None,
        against=_("vs bulan lalu"),
        good="up",
        part=month.kept,
        whole=month.before,
        trend=_known(each.retention for each in standing.months),
        target=_against_target(number, month.retention, targets, standing),
    )


def _churn(standing: Standing, targets: Targets) -> list[Headline]:
    now, before = standing.churned[-1], standing.churned[-2]
    period = now.mean_days
    days = None if period is None else half_up(period.numerator, period.denominator)
    of_day = _("Per {day}, semua kurir.").format(day=fmt.day(now.as_of))
    return [
        Headline(
            number_name(SummaryNumber.CHURNED),
            fmt.number(now.partners),
            help=_("Pernah mengirim, dan tidak sama sekali dalam dua bulan penuh terakhir.") + f" {of_day}",
            change=fmt.change(now.partners, before.partners) if standing.is_compared else None,
            against=_("vs bulan lalu"),
            good="down",
            trend=[float(each.partners) for each in standing.churned],
            target=_against_target(SummaryNumber.CHURNED, Fraction(now.partners), targets, standing),
        ),
        Headline(
            number_name(SummaryNumber.CHURN_PERIOD),
            fmt.NONE if days is None else months_and_days(days),
            help=_("Rata-rata dari pickup pertama sampai terakhir partner churn.") + f" {of_day}",
            change=fmt.change(period, before.mean_days) if standing.is_compared else None,
            against=_("vs bulan lalu"),
            good="up",
            trend=_known(each.mean_days for each in standing.churned),
            target=_against_target(SummaryNumber.CHURN_PERIOD, period, targets, standing),
        ),
    ]


def _owed(standing: Standing, targets: Targets) -> Headline:
    balance = standing.owed[-1]
    number = SummaryNumber.OWED
    meaning = _("Saldo semua partner yang belum dicairkan, juga yang dipesan untuk withdrawal. Semua kurir, per {day}.")
    return Headline(
        number_name(number),
        fmt.rupiah_short(balance),
        help=meaning.format(day=fmt.day(standing.as_of)),
        full=fmt.rupiah(balance),
        change=fmt.change(balance, standing.owed[0]) if standing.is_compared else None,
        trend=[float(each) for each in standing.owed] if standing.period.days <= MOST_POINTS else [],
        target=_against_target(number, Fraction(balance), targets, standing),
    )


def _known(values: Iterable[Fraction | None]) -> list[float]:
    return [float(value) for value in values if value is not None]


def _against_target(number: SummaryNumber, value: Fraction | None, targets: Targets, standing: Standing) -> str:
    """How a number stands to its target; nothing without one, or where it says nothing about what is filtered."""
    target = targets.get(number)
    is_of_all = number in (SummaryNumber.CHURNED, SummaryNumber.CHURN_PERIOD, SummaryNumber.OWED)
    if target is None or value is None or (standing.couriers and not is_of_all):
        return ""
    if number is SummaryNumber.TRADING and standing.period.days not in _A_MONTH:
        return ""
    aim = for_days(target.value, standing.period.days) if number in RUPIAH else target.value
    if number in AT_MOST:
        text = _("dalam target {target}") if value <= aim else _("di atas target {target}")
        return text.format(target=in_unit(number, aim))
    if not aim:
        return ""
    return _("{share} dari target {target}").format(
        share=fmt.percent_value(half_up(value.numerator * 100, value.denominator * aim)), target=in_unit(number, aim)
    )
