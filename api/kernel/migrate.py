"""Bring the operational store to the newest schema."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from api.kernel import changelog
from api.kernel.db import make_engine

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def config_for(url: str) -> "Config":
    """Alembic's configuration for a store."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply the migrations and the triggers that are missing; nothing is written to a store that is up to date."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            is_newest = _revision(connection) == newest()
        if not is_newest:  # else a start need not load Alembic, which takes a fifth of a second
            from alembic import command

            command.upgrade(config_for(url), "head")
        with engine.begin() as connection:
            changelog.ensure(connection)
    finally:
        engine.dispose()


def newest() -> str:
    """The revision that the files end with: each file's name begins with its revision, and they are in order."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
