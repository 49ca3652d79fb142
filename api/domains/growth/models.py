"""Targets of the executive summary, and when each user saw it last."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, UtcDateTime


class SummaryTarget(Base):
    """What a number of the summary should reach: rupiah, partners, percent or days. No row: no target."""

    __tablename__ = "summary_targets"

    number: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
    set_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SummaryVisit(Base):
    """A user's visits: `seen_at` moves while one lasts, `before_at` is when the one before it ended."""

    __tablename__ = "summary_visits"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, autoincrement=False)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    before_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
