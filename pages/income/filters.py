"""Which orders the page counts: days, couriers, payment method, and one partner where a link or a row chose it."""

from dataclasses import dataclass
from datetime import date

from dashboard.filters import (
    Chip,
    Choice,
    Filter,
    Filters,
    PeriodFilter,
    Preset,
    Several,
    Toggle,
    comparison,
    courier_filter,
    filter_by,
    unknown,
)
from dashboard.i18n import _
from dashboard.links import INCOME_METHOD, INCOME_PARTNER
from dashboard.warehouse import ask
from queries import income, partner_detail
from queries.income import IncomeFilter
from queries.wib import Period
from vocabulary import PaymentMethod

BOTH, COD, NON_COD = "semua", "cod", "non-cod"
_METHODS = {BOTH: None, COD: PaymentMethod.COD, NON_COD: PaymentMethod.BANK_TRANSFER}


class PartnerFilter(Filter[int | None]):
    """The chosen partner, if one is: set by a link, ended by its chip. It has no control in the bar."""

    def __init__(self) -> None:
        super().__init__(INCOME_PARTNER, _("Partner"), None)
        self._name = ""

    def draw(self) -> None:
        if not INCOME_PARTNER.is_given():
            return
        number = INCOME_PARTNER.get()
        found = None if number is None else ask(partner_detail.profile, number)
        if number is None or found is None:
            self.problems = [unknown(INCOME_PARTNER.texts()[0], self.label)]
        else:
            self.value, self._name = number, str(found["full_name"])

    def described(self) -> str:
        return _("Semua") if self.value is None else self._name

    def chips(self) -> list[Chip]:
        return [] if self.value is None else [Chip(_("Partner: {name}").format(name=self._name), self.clear)]


@dataclass(frozen=True, slots=True)
class IncomeFilters:
    """The filters in the order of the bar."""

    period: PeriodFilter
    couriers: Several
    method: Choice
    compare: Toggle
    partner: PartnerFilter

    @property
    def all(self) -> Filters:
        """Every one, as they are drawn."""
        return (self.period, self.couriers, self.method, self.compare, self.partner)

    @property
    def wanted(self) -> IncomeFilter:
        """The orders."""
        return self._of(self.period.value)

    @property
    def wanted_before(self) -> IncomeFilter | None:
        """The same of the period before; None where it is not compared."""
        return self._of(self.period.value.before()) if self.compare.value else None

    def widen(self) -> None:
        """Thirty days of everything; to be called in a callback."""
        narrowing = (self.period, self.couriers, self.method, self.partner)
        filter_by(*(key.to() for each in narrowing for key in each.keys))

    def _of(self, period: Period) -> IncomeFilter:
        return IncomeFilter(period, self.couriers.value, _METHODS[self.method.value], self.partner.value)


def income_filters(today: date) -> IncomeFilters:
    """The filters as they stand before they are drawn."""
    methods = {BOTH: _("COD dan non-COD"), COD: _("COD"), NON_COD: _("Non-COD")}
    return IncomeFilters(
        PeriodFilter(today, Preset.LAST_30_DAYS),
        courier_filter(ask(income.couriers)),
        Choice(INCOME_METHOD, _("Pembayaran"), methods),
        comparison(),
        PartnerFilter(),
    )
