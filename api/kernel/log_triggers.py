"""The triggers of the change log on each database, and which version of them a store has."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import DDL, Connection, Table, UniqueConstraint, text

_POSTGRES_FUNCTION = """
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
    VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, 0, 'T', now() AT TIME ZONE 'UTC');
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.id <> NEW.id THEN
      INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
      VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME, OLD.id, 'D', now() AT TIME ZONE 'UTC');
    END IF;
  END IF;
  IF TG_NARGS = 2 AND TG_OP <> 'INSERT' THEN
    INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
    VALUES (pg_current_xact_id()::text::bigint, TG_ARGV[0], (to_jsonb(OLD) ->> TG_ARGV[1])::bigint, 'U',
            now() AT TIME ZONE 'UTC');
  END IF;
  INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
  VALUES (pg_current_xact_id()::text::bigint, TG_TABLE_NAME,
          CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END, left(TG_OP, 1), now() AT TIME ZONE 'UTC');
  RETURN NULL;
END """
_POSTGRES_ROWS = """
CREATE TRIGGER %(name)s AFTER INSERT OR UPDATE OR DELETE ON %(table)s
FOR EACH ROW EXECUTE FUNCTION log_change(%(arguments)s)"""
_POSTGRES_TRUNCATE = """
CREATE TRIGGER %(name)s AFTER TRUNCATE ON %(table)s
FOR EACH STATEMENT EXECUTE FUNCTION log_change()"""

_SQLITE_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now') || '000'"
_SQLITE_ROWS = "CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s BEGIN\n%(body)s\nEND"
# REPLACE removes the rows that stand in its way without their delete triggers, unless the connection says otherwise
_SQLITE_REPLACED = """CREATE TRIGGER %(name)s BEFORE %(event)s ON %(table)s BEGIN
  INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
  SELECT 0, '%(table)s', id, 'D', %(now)s FROM %(table)s WHERE (%(same)s) AND id IS NOT NEW.id;
END"""

_MYSQL_NOW = "UTC_TIMESTAMP()"
_MYSQL_ROWS = "CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s FOR EACH ROW %(body)s"

_ENTRY = """  INSERT INTO change_log (txid, table_name, row_key, op, changed_at)
  SELECT 0, '%(table)s', %(key)s, '%(op)s', %(now)s%(condition)s;"""

_SQLITE_FOUND = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_MYSQL_FOUND = text(
    "SELECT trigger_name, action_statement FROM information_schema.triggers WHERE trigger_schema = database()"
)
_POSTGRES_FOUND = text(
    "SELECT tgname, coalesce(obj_description(pg_trigger.oid, 'pg_trigger'), '') "
    "|| coalesce((SELECT md5(prosrc) FROM pg_proc WHERE pg_proc.oid = tgfoid), '') "
    "FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """`version`: what `found` says of a trigger that is as wanted. `logs_every_row`: without it changes are missed."""

    name: str
    table: str
    statement: DDL
    version: str
    logs_every_row: bool = True


def wanted(connection: Connection, table: Table) -> Iterator[Trigger]:
    """The triggers of a followed table."""
    match connection.dialect.name:
        case "postgresql":
            yield from _of_postgres(table)
        case "sqlite":
            yield from _of_sqlite(table)
        case _:
            yield from _of_mysql(table)


def found(connection: Connection) -> dict[str, str]:
    """The version of each trigger that fires, by name."""
    statements = {"postgresql": _POSTGRES_FOUND, "sqlite": _SQLITE_FOUND}
    rows = connection.execute(statements.get(connection.dialect.name, _MYSQL_FOUND))
    return {name: version.strip() for name, version in rows}


def prepare(connection: Connection) -> None:
    """What triggers need that are about to be created."""
    if connection.dialect.name == "postgresql":
        head = "CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        connection.execute(DDL(f"{head}{_POSTGRES_FUNCTION}$$"))


def create(connection: Connection, trigger: Trigger) -> None:
    """Create or replace a trigger, in one transaction where the database can do that."""
    drop(connection, trigger)
    connection.execute(trigger.statement)
    if connection.dialect.name == "postgresql":
        names = {"name": trigger.name, "table": trigger.table, "version": _hash(_text(trigger.statement))}
        connection.execute(DDL("COMMENT ON TRIGGER %(name)s ON %(table)s IS '%(version)s'", context=names))


def drop(connection: Connection, trigger: Trigger) -> None:
    """Drop a trigger if it is there."""
    names = {"name": trigger.name, "table": trigger.table}
    if connection.dialect.name == "postgresql":
        connection.execute(DDL("DROP TRIGGER IF EXISTS %(name)s ON %(table)s", context=names))
    else:
        connection.execute(DDL("DROP TRIGGER IF EXISTS %(name)s", context=names))


def _text(statement: DDL) -> str:
    return statement.statement % statement.context


def _hash(statement: str) -> str:
    return hashlib.md5(statement.encode(), usedforsecurity=False).hexdigest()


def _of_postgres(table: Table) -> Iterator[Trigger]:
    arguments = ", ".join(f"'{part}'" for part in table.info.get("parent", ()))
    for suffix, template in (("", _POSTGRES_ROWS), ("_truncate", _POSTGRES_TRUNCATE)):
        name = f"log_{table.name}{suffix}"
        ddl = DDL(template, context={"name": name, "table": table.name, "arguments": arguments})
        yield Trigger(name, table.name, ddl, _hash(_text(ddl)) + _hash(_POSTGRES_FUNCTION), not suffix)


def _of_sqlite(table: Table) -> Iterator[Trigger]:
    for op, event, body in _bodies(table, _SQLITE_NOW, ""):
        names = {"name": f"log_{table.name}_{op}", "table": table.name, "event": event, "body": body}
        yield _sqlite_trigger(_SQLITE_ROWS, names, logs_every_row=True)
    unique = sorted(
        {key.name for part in table.constraints if isinstance(part, UniqueConstraint) for key in part.columns}
        | {key.name for index in table.indexes if index.unique for key in index.columns}
    )
    if unique:
        # of a key of several columns each one counts: a row more is read again, none is missed
        same = " OR ".join(f"{name} = NEW.{name}" for name in unique)
        for op, event in (("R", "INSERT"), ("S", f"UPDATE OF {', '.join(unique)}")):
            names = {"name": f"log_{table.name}_{op}", "table": table.name, "event": event, "same": same}
            names["now"] = _SQLITE_NOW % ()
            yield _sqlite_trigger(_SQLITE_REPLACED, names, logs_every_row=False)


def _sqlite_trigger(template: str, names: Mapping[str, str], *, logs_every_row: bool) -> Trigger:
    ddl = DDL(template, context=dict(names))
    return Trigger(names["name"], names["table"], ddl, _text(ddl), logs_every_row)


def _of_mysql(table: Table) -> Iterator[Trigger]:
    for op, event, entries in _bodies(table, _MYSQL_NOW, " FROM dual"):
        body = f"BEGIN\n{entries}\nEND"
        names = {"name": f"log_{table.name}_{op}", "table": table.name, "event": event, "body": body}
        yield Trigger(names["name"], table.name, DDL(_MYSQL_ROWS, context=names), body)


def _bodies(table: Table, now: str, dual: str) -> Iterator[tuple[str, str, str]]:
    """(op, event, statements) for the three kinds of change of a row."""

    def entry(key: str, op: str, condition: str = "", of: str = table.name) -> str:
        where = f"{dual} WHERE {condition}" if condition else ""
        return _ENTRY % {"table": of, "key": key, "op": op, "now": now % (), "condition": where}

    parents = (
        [entry(f"OLD.{column}", "U", of=of) for of, column in [table.info["parent"]]]
        if ("parent" in table.info)
        else []
    )
    yield "I", "INSERT", entry("NEW.id", "I")
    yield "U", "UPDATE", "\n".join([entry("OLD.id", "D", "OLD.id <> NEW.id"), *parents, entry("NEW.id", "U")])
    yield "D", "DELETE", "\n".join([*parents, entry("OLD.id", "D")])
