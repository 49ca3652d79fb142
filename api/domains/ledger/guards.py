"""What the database itself refuses: an unbalanced transaction, and a changed or deleted entry.

An entry adds its amount to its transaction's row in `ledger_imbalances`, and a deferred foreign key lets only 0 be
committed there: the same rule on SQLite, which has no deferred triggers, and on PostgreSQL.
A negative balance is refused by a check of `ledger_accounts`.
"""

from sqlalchemy import Connection, text

APPEND_ONLY = ("ledger_transactions", "ledger_entries")
REFUSAL = "the ledger is append-only: write a correcting transaction"

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
    f"""
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    "CREATE TRIGGER ledger_add_up AFTER INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_add_up()",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for table in APPEND_ONLY
    ),
)
_SQLITE = (
    f"CREATE TRIGGER ledger_add_up AFTER INSERT ON ledger_entries BEGIN {_ADD_UP}; END",
    *(
        f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table in APPEND_ONLY
        for event in ("update", "delete")
    ),
)


def create_guards(connection: Connection) -> None:
    """Start refusing."""
    for statement in _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE:
        connection.execute(text(statement))


def drop_guards(connection: Connection) -> None:
    """Stop refusing: only for a bulk fill of an empty store, whose entries are balanced by construction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP FUNCTION IF EXISTS ledger_add_up CASCADE"))
        connection.execute(text("DROP FUNCTION IF EXISTS ledger_refuse CASCADE"))
        return
    names = ["ledger_add_up", *(f"{table}_no_{event}" for table in APPEND_ONLY for event in ("update", "delete"))]
    for name in names:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
