"""who looks after a partner, and when it is called next"""

from alembic import op
import sqlalchemy as sa


revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # not in batch mode: it makes the table anew on SQLite, without its triggers
    op.add_column(
        'partner_notes',
        sa.Column(
            'owner_id',
            sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
            sa.ForeignKey('users.id', name='fk_partner_notes_owner_id'),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column('partner_notes', sa.Column('next_follow_up', sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column('partner_notes', 'next_follow_up')
    op.drop_column('partner_notes', 'owner_id')
