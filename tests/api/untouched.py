"""A refused request changes nothing: every table of money and control, and the kept files, are as before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from api.models import (
    AuditEntry,
    AuditHead,
    BankAccount,
    Base,
    IdempotencyKey,
    LedgerAccount,
    LedgerEntry,
    LedgerImbalance,
    LedgerTransaction,
    Partner,
    PayoutBatch,
    PayoutResult,
    PayoutRow,
    TransferProof,
    Withdrawal,
    WithdrawalDecision,
)

TABLES: tuple[type[Base], ...] = (
    Withdrawal,
    WithdrawalDecision,
    TransferProof,
    LedgerAccount,
    LedgerTransaction,
    LedgerEntry,
    LedgerImbalance,
    PayoutBatch,
    PayoutRow,
    PayoutResult,
    AuditEntry,
    AuditHead,
    IdempotencyKey,
    BankAccount,
    Partner,
)


def contents(engine: Engine, folder: Path) -> dict[str, Any]:
    """Every row of TABLES, and every file under the data folder but the store itself."""
    with engine.connect() as connection:
        rows = {
            model.__tablename__: connection.execute(
                select(model.__table__).order_by(*model.__table__.primary_key)
            ).all()
            for model in TABLES
        }
    files = sorted(str(path) for path in folder.rglob("*") if path.is_file() and not path.name.startswith("store."))
    return rows | {"files": files}


@contextmanager
def untouched(engine: Engine, folder: Path) -> Iterator[None]:
    """Fail when the block changes anything of money.

    What the dossier does on opening (checking an account's name) is a change, too.
    """
    before = contents(engine, folder)
    yield
    after = contents(engine, folder)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
