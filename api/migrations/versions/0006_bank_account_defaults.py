"""bank account defaults"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode: it makes the table anew on SQLite, without its triggers
    op.add_column('bank_accounts', sa.Column('bank_code', sa.String(length=20), nullable=True))
    op.add_column('bank_accounts', sa.Column('note', sa.String(length=500), nullable=True))
    op.add_column('bank_accounts', sa.Column('is_default', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('bank_accounts', sa.Column('deleted_at', api.kernel.db.UtcDateTime(), nullable=True))

    op.execute(
        'UPDATE bank_accounts SET is_default = true '
        'WHERE id IN (SELECT min(id) FROM bank_accounts GROUP BY partner_id)'
    )
    op.create_index('uq_bank_accounts_default', 'bank_accounts', ['partner_id'], unique=True, sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))


def downgrade() -> None:
    op.drop_index('uq_bank_accounts_default', 'bank_accounts', sqlite_where=sa.text('is_default'), postgresql_where=sa.text('is_default'))
    op.drop_column('bank_accounts', 'deleted_at')
    op.drop_column('bank_accounts', 'is_default')
    op.drop_column('bank_accounts', 'note')
    op.drop_column('bank_accounts', 'bank_code')
