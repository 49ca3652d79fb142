"""what the profile of a partner says; limits of signing in are no columns any more"""

from alembic import op
import sqlalchemy as sa

import api.kernel.db


revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

FLAGS = (
    'is_onboarded', 'is_allowed_edit', 'is_mutation_bank', 'is_custom_label', 'is_order_notes', 'is_shipping_cost',
    'is_return_insight', 'is_mass_order', 'is_customer_reputation',
)
TEXTS = {'logo_url': 500, 'business_phone': 20, 'vehicles': 100}
NUMBERS = ('business_type_id', 'category_id')


def upgrade() -> None:
    # not in batch mode: it makes the table anew on SQLite, without its triggers
    for name in FLAGS:
        op.add_column('partners', sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, length in TEXTS.items():
        op.add_column('partners', sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
    for name in NUMBERS:
        op.add_column('partners', sa.Column(name, sa.SmallInteger(), nullable=False, server_default='0'))
    op.add_column('addresses', sa.Column('city_code', sa.String(length=20), nullable=False, server_default=''))
    op.execute('UPDATE partners SET is_onboarded = true WHERE id IN (SELECT partner_id FROM products)')
    op.drop_column('users', 'failed_logins')
    op.drop_column('users', 'locked_until')


def downgrade() -> None:
    op.add_column('users', sa.Column('locked_until', api.kernel.db.UtcDateTime(), nullable=True))
    op.add_column('users', sa.Column('failed_logins', sa.SmallInteger(), nullable=False, server_default='0'))
    op.drop_column('addresses', 'city_code')
    for name in (*FLAGS, *TEXTS, *NUMBERS):
        op.drop_column('partners', name)
