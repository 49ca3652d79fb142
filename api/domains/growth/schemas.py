"""The executive summary as the contract prints it, its targets and its readers' visits."""

from typing import Annotated

from fastapi import Depends
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from api.kernel.payload import Fields, Sent
from api.kernel.types import MOST_RUPIAH, whole_number


class Summary(TypedDict):
    """growth.summary; null where there is nothing to divide by."""

    total_transaction_cod: int
    total_transaction_non_cod: int
    total_shipping: int
    total_transacting_user: int
    net_ltv_user: int | None
    retention_rate: int | None
    curent_churn_user: int
    churn_period: str | None
    outstanding_user_balance: int


class Growth(TypedDict):
    """The partner funnel of the original dashboard, with its client's keys."""

    Registrasi: int
    verifikasi: int
    potensial: int
    aktif: int
    user_aktif: int


class TargetRow(TypedDict):
    """A target, who set it and when."""

    number: str
    value: int
    set_by: str
    set_at: str


class TargetFields(Fields):
    """A target in the unit of its number: rupiah, partners, percent or days; without one there is none any more."""

    value: Annotated[int, BeforeValidator(whole_number), Field(ge=0, le=MOST_RUPIAH)] | None = None


TargetBody = Annotated[TargetFields, Depends(Sent(TargetFields))]


class Visit(TypedDict):
    """When the caller's visit before this one ended; null on the first."""

    before: str | None
