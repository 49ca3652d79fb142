"""Tables whose rows the database lets nobody change or delete."""

from collections.abc import Sequence

from sqlalchemy import DDL, Connection, text

REFUSAL = "is append-only: write a correcting row"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% {REFUSAL}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""

_NO_REPLACE = """
CREATE TRIGGER IF NOT EXISTS %(table)s_no_replace BEFORE INSERT ON %(table)s
WHEN EXISTS (SELECT 1 FROM %(table)s WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '%(table)s %(refusal)s'); END"""


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
    refuse_replacing(connection, tables)


def refuse_replacing(connection: Connection, tables: Sequence[str]) -> None:
    """Refuse INSERT OR REPLACE, by which SQLite deletes the old row without a trigger of DELETE."""
    if connection.dialect.name != "sqlite":
        return
    for table in tables:
        connection.execute(DDL(_NO_REPLACE, context={"table": table, "refusal": REFUSAL}))


def unprotect(connection: Connection, tables: Sequence[str]) -> None:
    """Allow again: for a bulk fill of an empty store, and for a downgrade."""
    for table in tables:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"))
            continue
        for event in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{event}"))
