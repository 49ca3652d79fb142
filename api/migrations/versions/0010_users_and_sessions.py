"""disabled users, refreshed sessions"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db


revision = '0010'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode: it makes the table anew on SQLite, without its triggers
    op.add_column('users', sa.Column('disabled_at', api.kernel.db.UtcDateTime(), nullable=True))
    op.add_column('auth_sessions', sa.Column('sign_in_id', sa.String(length=36), nullable=False, server_default=''))
    op.add_column('auth_sessions', sa.Column('replaced_at', api.kernel.db.UtcDateTime(), nullable=True))
    op.execute('UPDATE auth_sessions SET sign_in_id = id')


def downgrade() -> None:
    op.drop_column('auth_sessions', 'replaced_at')
    op.drop_column('auth_sessions', 'sign_in_id')
    op.drop_column('users', 'disabled_at')
