"""Tables whose rows the database lets nobody change or delete."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

REFUSAL = "is append-only: write a correcting row"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""


def protect(connection: Connection, tables: Sequence[str]) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE, too)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_FUNCTION))
    for table in tables:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                )
            )
            continue
        for event in ("update", "delete"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} {REFUSAL}'); END"
                )
            )


def unprotect(connection: Connection, tables: Sequence[str]) -> None:
    """Allow again: for a bulk fill of an empty store, and for a downgrade."""
    for table in tables:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
            continue
        for event in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{event}"))
