"""Bodies of payouts, and their answers: instants as ISO 8601 in UTC, money in whole rupiah."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, StrictInt
from typing_extensions import TypedDict

from api.domains.payouts.bank_profiles import Kind
from api.domains.review.schemas import TransferFields
from api.kernel.payload import Fields, Sent, Upload
from api.kernel.types import MOST_ID, MOST_RUPIAH

MOST_ROWS = 1000
Total = Annotated[StrictInt, Field(gt=0, le=MOST_RUPIAH)]
Count = Annotated[StrictInt, Field(gt=0, le=MOST_ROWS)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A withdrawal for a batch, in the version its maker saw; None before anything was seen."""

    withdrawal_id: int
    version: int | None = None


class _Strict(Fields):
    model_config = ConfigDict(extra="forbid")


class RowChoice(BaseModel):
    """A withdrawal and the version that was on the screen."""

    model_config = ConfigDict(extra="forbid")

    withdrawal_id: StrictInt = Field(gt=0, le=MOST_ID)
    version: StrictInt | None = Field(None, gt=0, le=MOST_ID)


class SeenRow(RowChoice):
    """A withdrawal in the version that the dry run showed."""

    version: StrictInt = Field(gt=0, le=MOST_ID)


class Selection(_Strict):
    """The rows of a batch and the bank file they go into."""

    rows: Sequence[RowChoice] = Field(max_length=MOST_ROWS)
    profile: str = Field("generic", max_length=40)

    @property
    def chosen(self) -> list[Chosen]:
        """For the service."""
        return [Chosen(row.withdrawal_id, row.version) for row in self.rows]


class Proposal(Selection):
    """A selection as the dry run showed it."""

    rows: Sequence[SeenRow] = Field(max_length=MOST_ROWS)
    row_count: Count
    total: Total
    source_account: str = Field("", pattern=r"^[0-9]{0,20}\z")
    comment: str = Field("", max_length=2000)


class Totals(_Strict):
    """What the checker approves: so many rows, so much money."""

    row_count: Count
    total: Total


class Reason(_Strict):
    """Why a batch is taken back."""

    comment: str = Field(max_length=2000)


class Result(Fields):
    """The bank's result file; a dry run only says what it would do."""

    result: Upload
    dry_run: bool = False


class Resolution(TransferFields):
    """Whether a mismatched or suspect row was paid."""

    outcome: Literal["paid", "failed"]
    note: str = Field("", max_length=2000)


SelectionBody = Annotated[Selection, Depends(Sent(Selection))]
ProposalBody = Annotated[Proposal, Depends(Sent(Proposal))]
TotalsBody = Annotated[Totals, Depends(Sent(Totals))]
ReasonBody = Annotated[Reason, Depends(Sent(Reason))]
ResultBody = Annotated[Result, Depends(Sent(Result))]
ResolutionBody = Annotated[Resolution, Depends(Sent(Resolution))]


class ProfileRow(TypedDict):
    """A bank file that can be written."""

    key: str
    title: str
    formats: list[Kind]


class Sum(TypedDict):
    """What goes to one bank, or into one file."""

    rows: int
    total: int


class DryRunRow(TypedDict):
    """A row of a batch to be, with the reasons why it cannot be paid."""

    withdrawal_id: int
    version: int | None
    partner_name: str
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    risk_band: str
    problems: Sequence[str]
    warnings: Sequence[str]


class DryRunView(TypedDict):
    """What a batch would be; `problems` counts the rows that cannot be paid."""

    row_count: int
    total: int
    banks: dict[str, Sum]
    files: Sequence[Sum]
    problems: int
    rows: Sequence[DryRunRow]


class BatchHead(TypedDict):
    """A batch without its rows."""

    id: int
    reference: str
    profile: str
    source_account: str
    status: str
    maker_id: int
    checker_id: int | None
    self_approved: bool
    row_count: int
    total: int
    comment: str
    version: int
    created_at: str
    approved_at: str | None
    closed_at: str | None


class RowView(TypedDict):
    """A row of a batch; reasons that were found here are in the reader's language, the bank's as it wrote them."""

    id: int
    batch_id: int
    position: int
    reference: str
    withdrawal_id: int
    nominal: int
    bank_name: str
    bank_account_no: str
    bank_account_name: str
    state: str
    reasons: list[str]
    resolution: str | None
    updated_at: str


class StoppedPartner(TypedDict):
    """A partner of the batch that is on hold or fake now."""

    id: int
    full_name: str


class ImportedResult(TypedDict):
    """A result file that was imported."""

    name: str
    counts: dict[str, int]
    sha256: str
    created_at: str


class BatchView(BatchHead):
    """A batch with its rows, people and imported results."""

    maker: str
    checker: str | None
    you_may_approve: bool
    formats: Sequence[Kind]
    parts: int
    may_be_taken_back: bool
    stopped: list[StoppedPartner]
    states: dict[str, Sum]
    rows: list[RowView]
    results: list[ImportedResult]


class OutcomeView(TypedDict):
    """What the bank's file says of one row."""

    reference: str
    kind: str
    reasons: Sequence[str]


class ImportView(TypedDict):
    """What the bank's file says, and the batch's status after it."""

    counts: dict[str, int]
    rows: list[OutcomeView]
    status: str


class ReconciledBatch(TypedDict):
    """A batch against the ledger; `difference` = confirmed - in the ledger, and has to be 0."""

    id: int
    reference: str
    status: str
    profile: str
    maker: str
    created_at: str
    row_count: int
    total: int
    confirmed: int
    in_ledger: int
    difference: int
    open: int
    states: dict[str, int]


class OpenRow(RowView):
    """A row of which it is not known whether it was paid."""

    batch_reference: str


class ReconciledSums(TypedDict):
    """All batches together, also those that are not listed; `sent` and `unclear` are the two parts of `open`."""

    batches: int
    proposed: int
    row_count: int
    total: int
    confirmed: int
    in_ledger: int
    difference: int
    open: int
    sent: int
    unclear: int


class Reconciliation(TypedDict):
    """The newest batches against the ledger, the sums of all of them, and the rows that are open."""

    batches: list[ReconciledBatch]
    sums: ReconciledSums
    open: list[OpenRow]
