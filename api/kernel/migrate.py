"""Bring the operational store to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from api.kernel import changelog
from api.kernel.db import make_engine

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def config_for(url: str) -> Config:
    """Alembic's configuration for a store."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply the migrations and the triggers that are missing; nothing is written to a store that is up to date."""
    command.upgrade(config_for(url), "head")
    engine = make_engine(url)
    with engine.begin() as connection:
        changelog.ensure(connection)
    engine.dispose()
