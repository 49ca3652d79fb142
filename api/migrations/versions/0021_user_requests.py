"""requests for a role that two admins give together"""

import sqlalchemy as sa
from alembic import op

from api.kernel.db import Key, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user_requests",
        sa.Column("id", Key, primary_key=True),
        sa.Column("user_id", Key, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("full_name", sa.String(200), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("role_id", sa.SmallInteger, nullable=False),
        sa.Column("requested_by", Key, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("requested_at", UtcDateTime, nullable=False),
        sa.Column("decided_by", Key, sa.ForeignKey("users.id"), nullable=True),
        sa.Column("decided_at", UtcDateTime, nullable=True),
        sa.Column("outcome", sa.String(20), nullable=True),
    )
    is_open = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_user_requests_open", "user_requests", ["user_id"], unique=True,
        sqlite_where=is_open, postgresql_where=is_open,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("user_requests")
