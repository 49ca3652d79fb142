"""withdrawal reversal"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('withdrawals', sa.Column('reversed_at', api.kernel.db.UtcDateTime(), nullable=True))
    op.add_column('withdrawals', sa.Column('reversed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))


def downgrade() -> None:
    op.drop_column('withdrawals', 'reversed_by')
    op.drop_column('withdrawals', 'reversed_at')
