"""The transactions that are open in a store: what they wrote comes to light later, with the times and ids of now."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger("etl")

# InnoDB shows the list as it was read last, until nobody has read it for a tenth of a second
REPEATED_AFTER = 0.25
NOT_TOLD = {1044, 1142, 1227}  # MySQL: access denied

_MYSQL = text(
    "SELECT UTC_TIMESTAMP(6) AS now, (SELECT TIMESTAMPDIFF(SECOND, MIN(trx_started), NOW()) "
    "FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID()) AS age"
)
_MYSQL_NOW = text("SELECT UTC_TIMESTAMP(6)")
# a prepared transaction does not say when it began, only when it was prepared
_POSTGRES = text(
    "SELECT clock_timestamp() AT TIME ZONE 'UTC' AS now, ("
    "  SELECT min(started) AT TIME ZONE 'UTC' FROM ("
    "    SELECT xact_start AS started FROM pg_stat_activity"
    "    WHERE datname = current_database() AND pid <> pg_backend_pid()"
    "    UNION ALL SELECT prepared - interval '1 hour' FROM pg_prepared_xacts WHERE database = current_database()"
    "  ) AS transactions"
    ") AS oldest, pg_has_role('pg_read_all_stats', 'USAGE') OR NOT EXISTS ("
    "  SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
    ") AS is_known"
)


@dataclass(frozen=True, slots=True)
class Running:
    """`now` by the store's clock and the start of its `oldest` open transaction, naive UTC; None: none is open.

    `is_known` false: the account may not see the transactions of others.
    """

    now: datetime
    oldest: datetime | None
    is_known: bool = True


class Watch:
    """Asks one store which transactions are open. Ask before the snapshot: what ended by then is visible in it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._last: tuple[float, Running] | None = None
        self._has_warned = False

    def ask(self) -> Running:
        """As it was at most `REPEATED_AFTER` seconds ago."""
        at = time.monotonic()
        if self._last is not None and at - self._last[0] < REPEATED_AFTER:
            return self._last[1]
        running = self._asked()
        self._last = (time.monotonic(), running)
        if not running.is_known and not self._has_warned:
            self._has_warned = True
            log.warning(
                "the account of the source may not see open transactions: changes of one that is open longer than an "
                "hour can be missed until the next reconciliation; grant PROCESS (MySQL, MariaDB) or pg_read_all_stats "
                "(PostgreSQL)"
            )
        return running

    def _asked(self) -> Running:
        match self._engine.dialect.name:
            case "sqlite":
                return self._of_sqlite()
            case "postgresql":
                with self._engine.connect() as connection:
                    return Running(*connection.execute(_POSTGRES).one())
            case _:
                return self._of_mysql()

    def _of_sqlite(self) -> Running:
        """Wait for the one writer that there can be: nothing that was written before is open then."""
        now = datetime.now(UTC).replace(tzinfo=None)
        try:
            with self._engine.connect() as connection, connection.begin():  # which takes the lock of a writer
                pass
        except DBAPIError:  # a file that may only be read, or a writer that does not end
            return Running(now, None, is_known=False)
        return Running(now, None)

    def _of_mysql(self) -> Running:
        with self._engine.connect() as connection:
            try:
                now, age = connection.execute(_MYSQL).one()
            except DBAPIError as error:
                if error.orig is None or error.orig.args[0] not in NOT_TOLD:
                    raise
                return Running(connection.execute(_MYSQL_NOW).scalar_one(), None, is_known=False)
        # both times are cut to the second
        return Running(now, None if age is None else now - timedelta(seconds=int(age) + 1))
