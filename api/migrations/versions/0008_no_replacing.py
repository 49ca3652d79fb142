"""no replacing of append-only rows in SQLite"""

from alembic import op
import sqlalchemy as sa

from api.kernel.append_only import refuse_replacing


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def _guarded() -> list[str]:
    named = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'"
    return list(op.get_bind().scalars(sa.text(named))) if op.get_bind().dialect.name == 'sqlite' else []


def upgrade() -> None:
    refuse_replacing(op.get_bind(), _guarded())


def downgrade() -> None:
    for table in _guarded():
        op.execute(sa.text(f'DROP TRIGGER IF EXISTS {table}_no_replace'))
