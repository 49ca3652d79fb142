"""Bring the operational store to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"


def config_for(url: str) -> Config:
    """Alembic's configuration for a store."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply the migrations that are missing; nothing happens on a store that is up to date."""
    command.upgrade(config_for(url), "head")
