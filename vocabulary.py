"""The words that are stored and sent, each once: roles, states, marks, actions. It imports nothing of the product.

Their values stand in the stores and in the contract, and never change; labels are the screens' matter.
"""

from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Role ids; 4 is fixed by the contract."""

    ADMIN = 1
    GROWTH = 2
    FINANCE = 3
    PARTNER = 4
    MITRA = 5


class ProblemMark(IntEnum):
    """How staff marked a partner; UNHOLD: it was on hold before."""

    UNMARKED = 0
    FAKE = 1
    HOLD = 2
    UNHOLD = 3


BLOCKING = (ProblemMark.FAKE, ProblemMark.HOLD)  # nothing is paid to these


class OrderState(StrEnum):
    """States of an order; RETUR_DITERIMA stands in events only (the order stays Retur with is_retur 2)."""

    DIAJUKAN = "Diajukan"
    DIPACKING = "Dipacking"
    DIKIRIM = "Dikirim"
    DITERIMA = "Diterima"
    RETUR = "Retur"
    RETUR_DITERIMA = "Retur Diterima"
    BATAL = "Batal"


# the steps of an order's life, each at most once: no state is entered a second time
STEPS: tuple[tuple[OrderState | None, OrderState], ...] = (
    (None, OrderState.DIAJUKAN),
    (OrderState.DIAJUKAN, OrderState.DIPACKING),
    (OrderState.DIAJUKAN, OrderState.BATAL),
    (OrderState.DIPACKING, OrderState.DIKIRIM),
    (OrderState.DIPACKING, OrderState.BATAL),
    (OrderState.DIKIRIM, OrderState.DITERIMA),
    (OrderState.DIKIRIM, OrderState.RETUR),
    (OrderState.RETUR, OrderState.RETUR_DITERIMA),
)


class PaymentMethod(StrEnum):
    """How a buyer pays for an order."""

    COD = "COD"
    BANK_TRANSFER = "BANK TRANSFER"


class TicketStatus(StrEnum):
    """States of a ticket."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"


class WithdrawalStatus(StrEnum):
    """The contract's statuses, and `reversed`: the bank sent a completed payout back."""

    REQUESTED = "requested"
    ON_REVIEW = "on_review"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELED = "canceled"
    REVERSED = "reversed"


WAITING = (WithdrawalStatus.REQUESTED, WithdrawalStatus.ON_REVIEW)  # not decided yet


class DecisionKind(StrEnum):
    """What a person did with a withdrawal; COMPLETED, REJECTED and CANCELED end it, REVERSED undoes a payout."""

    ON_REVIEW = "on_review"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    COMPLETED = "completed"
    REJECTED = "rejected"
    CANCELED = "canceled"
    REVERSED = "reversed"


class BatchStatus(StrEnum):
    """proposed by its maker, approved by its checker, closed when no row is open; or canceled before approval."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    CLOSED = "closed"
    CANCELED = "canceled"


class RowState(StrEnum):
    """Where a row of a payout batch stands: SENT may be in a bank file; SUSPECT is neither known as paid nor as
    failed."""

    PROPOSED = "proposed"
    SENT = "sent"
    MATCHED = "matched"
    MISMATCHED = "mismatched"
    SUSPECT = "suspect"
    FAILED = "failed"
    RELEASED = "released"


class AuditAction(StrEnum):
    """What the audit trail says was done."""

    WITHDRAWAL_REQUESTED = "withdrawal_requested"
    WITHDRAWAL_ON_REVIEW = "withdrawal_on_review"
    WITHDRAWAL_APPROVED = "withdrawal_approved"
    WITHDRAWAL_SENT_BACK = "withdrawal_sent_back"
    WITHDRAWAL_COMPLETED = "withdrawal_completed"
    WITHDRAWAL_REJECTED = "withdrawal_rejected"
    WITHDRAWAL_CANCELED = "withdrawal_canceled"
    WITHDRAWAL_REVERSED = "withdrawal_reversed"
    PROOF_ADDED = "proof_added"
    PROOF_VIEWED = "proof_viewed"
    BATCH_CREATED = "batch_created"
    BATCH_APPROVED = "batch_approved"
    BATCH_CANCELED = "batch_canceled"
    BATCH_FILE_WRITTEN = "batch_file_written"
    BATCH_RESULT_IMPORTED = "batch_result_imported"
    BATCH_ROW_RESOLVED = "batch_row_resolved"
    BANK_ACCOUNT_ADDED = "bank_account_added"
    BANK_ACCOUNT_CHANGED = "bank_account_changed"
    BANK_ACCOUNT_DELETED = "bank_account_deleted"
    PARTNER_NOTE = "partner.note"
    PARTNER_MARKED = "partner.marked"
    PICKUP_CONTACT = "pickup.contact"
    PICKUP_CONTACT_TAKEN_BACK = "pickup.contact_taken_back"
    TARGET_SET = "target.set"
    EXPORT_MADE = "export_made"
    LOGIN = "login"
    LOGOUT = "logout"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - an action, no password
    USER_CREATE = "user.create"
    USER_SELF_APPROVAL = "user.self_approval"
    USER_DISABLE = "user.disable"
    USER_ENABLE = "user.enable"
    USER_RESET_PASSWORD = "user.reset_password"  # noqa: S105 - an action, no password
    USER_END_SESSIONS = "user.end_sessions"
    USER_END_ALL_SESSIONS = "user.end_all_sessions"
    USER_END_SESSION = "user.end_session"
    USER_ROLE = "user.role"
    USER_REQUESTED = "user.requested"
    USER_REQUEST_DECLINED = "user.request_declined"


class AuditSubject(StrEnum):
    """What an entry of the audit trail is about."""

    WITHDRAWAL = "withdrawal"
    PAYOUT_BATCH = "payout_batch"
    PARTNER = "partner"
    USER = "user"
    USER_REQUEST = "user_request"
    TARGET = "target"
    EXPORT = "export"


class SummaryNumber(StrEnum):
    """The numbers of the executive summary, by the contract's keys; each may have a target."""

    COD = "total_transaction_cod"
    NON_COD = "total_transaction_non_cod"
    SHIPPING = "total_shipping"
    TRADING = "total_transacting_user"
    LIFETIME = "net_ltv_user"
    RETENTION = "retention_rate"
    CHURNED = "curent_churn_user"
    CHURN_PERIOD = "churn_period"
    OWED = "outstanding_user_balance"


class RequestOutcome(StrEnum):
    """What became of a request for a role."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    EXPIRED = "expired"


class DifferenceKind(StrEnum):
    """How a row of the warehouse differs from its source."""

    CHANGED = "changed"  # one row on each side, with other values
    MISSING = "missing"  # the source has it, the warehouse does not
    SURPLUS = "surplus"  # the warehouse has it, the source does not, or not as a row that may land
    REPEATED = "repeated"  # the warehouse has it more than once
    QUARANTINE = "quarantine"  # it waits with another reason than it has, or would land now
