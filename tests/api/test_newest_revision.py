"""A start looks at the names of the migrations instead of loading Alembic."""

from alembic.script import ScriptDirectory

from api.kernel.migrate import config_for, newest


def test_the_newest_revision_is_the_head() -> None:
    assert newest() == ScriptDirectory.from_config(config_for("sqlite://")).get_current_head()
