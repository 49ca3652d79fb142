"""Demo data: a store that resembles the trade, the same for the same seed, with its totals counted apart."""

from etl.demo.accounts import create_accounts
from etl.demo.fill import fill
from etl.demo.totals import ExpectedTotals

__all__ = ["ExpectedTotals", "create_accounts", "fill"]
