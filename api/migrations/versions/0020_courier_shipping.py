"""what the courier charges for the shipping of an order"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("courier_shipping", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("orders", "courier_shipping")
