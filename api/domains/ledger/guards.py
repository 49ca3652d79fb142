"""What the database itself refuses: an unbalanced transaction, and a changed or deleted entry.

An entry adds its amount to its transaction's row in `ledger_imbalances`, and a deferred foreign key lets only 0 be
committed there: the same rule on SQLite, which has no deferred triggers, and on PostgreSQL.
A negative balance is refused by a check of `ledger_accounts`.
"""

from sqlalchemy import Connection, text

from api.kernel.append_only import protect, unprotect

# as migration 0002 found them: a further table is protected by the migration that creates it
APPEND_ONLY = ("ledger_transactions", "ledger_entries")

_ADD_UP = """
INSERT INTO ledger_imbalances (transaction_id, imbalance) VALUES (NEW.transaction_id, NEW.amount)
ON CONFLICT (transaction_id) DO UPDATE SET imbalance = ledger_imbalances.imbalance + excluded.imbalance"""

_POSTGRES = (
    f"""
CREATE FUNCTION ledger_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_ADD_UP};
  RETURN NULL;
END $$""",
    "CREATE TRIGGER ledger_add_up AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_add_up()",
)
_SQLITE = (f"CREATE TRIGGER ledger_add_up AFTER INSERT ON ledger_entries BEGIN {_ADD_UP}; END",)


def create_guards(connection: Connection) -> None:
    """Start refusing."""
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.execute(text(statement))
    protect(connection, APPEND_ONLY)


def drop_guards(connection: Connection) -> None:
    """Stop refusing: only for a bulk fill of an empty store, whose entries are balanced by construction."""
    is_postgres = connection.dialect.name == "postgresql"
    connection.execute(
        text("DROP FUNCTION IF EXISTS ledger_add_up CASCADE" if is_postgres else "DROP TRIGGER IF EXISTS ledger_add_up")
    )
    unprotect(connection, APPEND_ONLY)
