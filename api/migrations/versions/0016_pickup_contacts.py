"""marks that a partner was contacted about its overdue pickups"""

import sqlalchemy as sa
from alembic import op

from api.kernel.db import Key, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup_contacts",
        sa.Column("id", Key, primary_key=True),
        sa.Column("partner_id", Key, sa.ForeignKey("partners.id"), nullable=False),
        sa.Column("author_id", Key, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
        sa.Column("taken_back_at", UtcDateTime, nullable=True),
        sa.Column("taken_back_by", Key, sa.ForeignKey("users.id"), nullable=True),
    )
    op.create_index(
        op.f("ix_pickup_contacts_partner_id_created_at"), "pickup_contacts", ["partner_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("pickup_contacts")
