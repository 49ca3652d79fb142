"""audit chain"""

from alembic import op
import sqlalchemy as sa

from api.kernel.append_only import protect, unprotect


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('audit_entries', sa.Column('hash', sa.String(length=64), nullable=True))
    head = op.create_table('audit_head',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    op.bulk_insert(head, [{'id': 1, 'hash': '0' * 64}])
    protect(op.get_bind(), ['audit_entries'])


def downgrade() -> None:
    unprotect(op.get_bind(), ['audit_entries'])
    op.drop_table('audit_head')
    op.drop_column('audit_entries', 'hash')
