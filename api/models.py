"""All tables of the operational store, imported in one place for migrations, ETL and demo data.

The models of every domain are loaded, so that its tables are known; those that other parts use have their names here.
"""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from api import domains
from api.domains.auth.models import AuthSession, User
from api.domains.bank_accounts.models import BankAccount, BankAccountChange
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
from api.domains.pickups.models import Pickup, PickupContact, PickupOrder
from api.domains.products.models import Product
from api.domains.shipments.models import Shipment
from api.domains.tickets.models import Ticket, TicketMessage
from api.domains.withdrawals.models import TransferProof, Withdrawal, WithdrawalDecision
from api.kernel.audit import AuditEntry, AuditHead
from api.kernel.changelog import ChangeLog
from api.kernel.db import Base
from api.kernel.idempotency import IdempotencyKey
from api.kernel.store_identity import StoreIdentity

for _domain in pkgutil.iter_modules(domains.__path__, f"{domains.__name__}."):
    if find_spec(f"{_domain.name}.models"):
        import_module(f"{_domain.name}.models")

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
    "PickupContact",
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
