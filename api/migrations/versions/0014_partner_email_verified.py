"""when a partner confirmed its e-mail address"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db


revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('partners', sa.Column('email_verified_at', api.kernel.db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column('partners', 'email_verified_at')
