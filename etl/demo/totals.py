"""What the warehouse must find in the demo data, counted while it is made."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class ExpectedTotals:
    """Counts and rupiah sums of the filled store. Days are WIB days, instants naive UTC, partners by id."""

    orders: int = 0
    partners: int = 0
    orders_by_state: Counter[str] = field(default_factory=Counter)
    orders_by_courier: Counter[str] = field(default_factory=Counter)
    orders_by_payment: Counter[str] = field(default_factory=Counter)
    events: Counter[tuple[date, str]] = field(default_factory=Counter)
    tickets: Counter[tuple[date, str]] = field(default_factory=Counter)
    waiting_pickups: int = 0
    overdue_pickups: int = 0
    partners_by_join_month: Counter[date] = field(default_factory=Counter)
    first_pickup: dict[int, datetime] = field(default_factory=dict)
    last_pickup: dict[int, datetime] = field(default_factory=dict)
    shipped: Counter[int] = field(default_factory=Counter)
    returned: Counter[int] = field(default_factory=Counter)
    problems: Counter[int] = field(default_factory=Counter)
    available: Counter[int] = field(default_factory=Counter)
    reserved: Counter[int] = field(default_factory=Counter)
    withdrawals_by_status: Counter[str] = field(default_factory=Counter)
    sum_grand_total: int = 0
    sum_net_profit: int = 0
    sum_withdrawn: int = 0
