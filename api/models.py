"""All tables of the operational store, imported in one place for migrations, ETL and demo data."""

from api.domains.auth.models import AuthSession, User
from api.domains.bank_accounts.models import BankAccount, BankAccountChange
from api.domains.feedback.models import Feedback
from api.domains.ledger.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerImbalance,
    LedgerTransaction,
    LedgerZero,
)
from api.domains.orders.models import Order, OrderEvent
from api.domains.partners.models import Address, Partner, PartnerNote
from api.domains.payouts.models import PayoutBatch, PayoutResult, PayoutRow
from api.domains.pickups.models import Pickup, PickupOrder
from api.domains.products.models import Product
from api.domains.shipments.models import Shipment
from api.domains.tickets.models import Ticket, TicketMessage
from api.domains.withdrawals.models import TransferProof, Withdrawal, WithdrawalDecision
from api.kernel.audit import AuditEntry, AuditHead
from api.kernel.changelog import ChangeLog
from api.kernel.db import Base
from api.kernel.idempotency import IdempotencyKey
from api.kernel.store_identity import StoreIdentity

__all__ = [
    "AccountKind",
    "Address",
    "AuditEntry",
    "AuditHead",
    "AuthSession",
    "BankAccount",
    "BankAccountChange",
    "Base",
    "ChangeLog",
    "EntryKind",
    "Feedback",
    "IdempotencyKey",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerImbalance",
    "LedgerTransaction",
    "LedgerZero",
    "Order",
    "OrderEvent",
    "Partner",
    "PartnerNote",
    "PayoutBatch",
    "PayoutResult",
    "PayoutRow",
    "Pickup",
    "PickupOrder",
    "Product",
    "Shipment",
    "StoreIdentity",
    "Ticket",
    "TicketMessage",
    "TransferProof",
    "User",
    "Withdrawal",
    "WithdrawalDecision",
]
