"""one platform account of each kind"""

from alembic import op
import sqlalchemy as sa


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

_PLATFORM = sa.text('partner_id IS NULL')


def upgrade() -> None:
    repeated = op.get_bind().scalars(
        sa.text('SELECT kind FROM ledger_accounts WHERE partner_id IS NULL GROUP BY kind HAVING count(*) > 1')
    ).all()
    if repeated:
        raise RuntimeError(
            f"the ledger has more than one platform account of the kinds {', '.join(repeated)}, made by simultaneous "
            "first movements; move the entries to one of each by hand, then start again"
        )
    op.create_index(
        'uq_ledger_accounts_platform', 'ledger_accounts', ['kind'],
        unique=True, postgresql_where=_PLATFORM, sqlite_where=_PLATFORM,
    )


def downgrade() -> None:
    op.drop_index('uq_ledger_accounts_platform', 'ledger_accounts')
