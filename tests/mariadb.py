"""A MariaDB server of the tests, with one store that is emptied before every test.

The store has no change log: MariaDB is a source only, and its log is a matter of the test that makes one.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from api.models import Base, ChangeLog
from tests.watchdog import watch

MARIADB = shutil.which("mariadbd")
NOT_INSTALLED = "mariadbd is not installed (apt install mariadb-server)"
NOT_THERE = (ChangeLog.__tablename__, "ledger_imbalances")  # no log; no deferred foreign keys in MariaDB
TABLES = [table for name, table in Base.metadata.tables.items() if name not in NOT_THERE]
START_SECONDS = 60
# nothing is written through to the disk: no test cuts the power
SETTINGS = (
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--skip-log-bin",
)


class MariadbServer:
    """The server. `url` and `engine` are those of its store, whose tables are made by the models."""

    def __init__(self) -> None:
        # a short path: a socket's name has about a hundred characters
        self._folder = TemporaryDirectory(prefix="komship-mariadb-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        self._socket, self._log = folder / "socket", folder / "log"
        data = f"--datadir={folder / 'data'}"
        user = ["--user=root"] if os.getuid() == 0 else []
        install = ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", *user]
        made = subprocess.run(install, capture_output=True, text=True)
        if made.returncode:
            raise RuntimeError(f"MariaDB could not be installed:\n{made.stdout[-1000:]}{made.stderr[-1000:]}")
        command = ["mariadbd", "--no-defaults", data, f"--socket={self._socket}", f"--log-error={self._log}"]
        command += [f"--pid-file={folder / 'pid'}", *SETTINGS, *user]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        watch(self._process.pid, folder)
        self._wait_for_socket()
        self._owner = "root" if user else os.environ.get("USER", "root")
        self._run("CREATE DATABASE komship CHARACTER SET utf8mb4")
        self.url = self.url_of("komship")
        self.engine = create_engine(self.url)
        Base.metadata.create_all(self.engine, tables=TABLES)
        self._shape = self._relations()

    def url_of(self, database: str, user: str = "") -> str:
        """The URL of a database of the server, as `user` or as its administrator."""
        return f"mysql+pymysql://{user or self._owner}@localhost/{database}?charset=utf8mb4&unix_socket={self._socket}"

    def _wait_for_socket(self) -> None:
        give_up = time.monotonic() + START_SECONDS
        while not self._socket.exists():
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"MariaDB did not start:\n{self._log.read_text()[-2000:]}")
            time.sleep(0.05)

    def _run(self, *statements: str) -> None:
        server = create_engine(self.url_of("mysql"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        server.dispose()

    def _relations(self) -> list[str]:
        """Tables and triggers: who changes those gets a new database instead of an emptied one."""
        with self.engine.connect() as connection:
            tables = connection.scalars(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'komship'")
            ).all()
            triggers = connection.scalars(
                text("SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'komship'")
            ).all()
        return sorted([*tables, *triggers])

    def empty(self) -> None:
        """Leave empty tables, and nothing else."""
        self.engine.dispose()
        if self._relations() != self._shape:
            self.engine.dispose()
            self._run("DROP DATABASE komship", "CREATE DATABASE komship CHARACTER SET utf8mb4")
            Base.metadata.create_all(self.engine, tables=TABLES)
            return
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for table in TABLES:
                connection.execute(table.delete())
            connection.exec_driver_sql("SET foreign_key_checks = 1")

    def close(self) -> None:
        """End it."""
        self.engine.dispose()
        self._process.terminate()
        self._process.wait(30)
        self._folder.cleanup()
