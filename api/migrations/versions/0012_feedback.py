"""feedback of partners"""

import sqlalchemy as sa
from alembic import op

from api.kernel.db import Key, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", Key, primary_key=True),
        sa.Column("partner_id", Key, sa.ForeignKey("partners.id"), nullable=False, index=True),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", "ck_feedback_rating"),
    )


def downgrade() -> None:
    op.drop_table("feedback")
