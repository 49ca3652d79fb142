"""targets of the executive summary, and the last visits of its readers"""

import sqlalchemy as sa
from alembic import op

from api.kernel.db import Key, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "summary_targets",
        sa.Column("number", sa.String(40), primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("set_by", Key, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "summary_visits",
        sa.Column("user_id", Key, sa.ForeignKey("users.id"), primary_key=True, autoincrement=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("before_at", UtcDateTime, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("summary_visits")
    op.drop_table("summary_targets")
