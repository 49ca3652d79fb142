"""changes of partners' marks"""

import sqlalchemy as sa
from alembic import op

from api.kernel.append_only import protect, unprotect
from api.kernel.db import Key, UtcDateTime

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_marks",
        sa.Column("id", Key, primary_key=True),
        sa.Column("partner_id", Key, sa.ForeignKey("partners.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.SmallInteger, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor_id", Key, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("partner_id", "version"),
    )
    protect(op.get_bind(), ["partner_marks"])


def downgrade() -> None:
    unprotect(op.get_bind(), ["partner_marks"])
    op.drop_table("partner_marks")
