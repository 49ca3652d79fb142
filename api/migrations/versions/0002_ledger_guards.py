"""ledger guards"""

from alembic import op
import sqlalchemy as sa

from api.domains.ledger.guards import create_guards, drop_guards


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    zero = op.create_table('ledger_zero',
    sa.Column('value', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.CheckConstraint('value = 0', name=op.f('ck_ledger_zero_only_zero')),
    sa.PrimaryKeyConstraint('value', name=op.f('pk_ledger_zero'))
    )
    op.bulk_insert(zero, [{'value': 0}])
    op.create_table('ledger_imbalances',
    sa.Column('transaction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('imbalance', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['imbalance'], ['ledger_zero.value'], name=op.f('fk_ledger_imbalances_imbalance'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['transaction_id'], ['ledger_transactions.id'], name=op.f('fk_ledger_imbalances_transaction_id')),
    sa.PrimaryKeyConstraint('transaction_id', name=op.f('pk_ledger_imbalances'))
    )
    create_guards(op.get_bind())


def downgrade() -> None:
    drop_guards(op.get_bind())
    op.drop_table('ledger_imbalances')
    op.drop_table('ledger_zero')
