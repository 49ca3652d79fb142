"""Marks of partners: fake, hold, unhold, each with who set it and why."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


class PartnerMark(Base):
    """One change of a partner's mark (ProblemMark); append-only. `version` counts a partner's marks from 1 on, so that
    who decides on an older one is refused. The newest is `Partner.problem_status`."""

    __tablename__ = "partner_marks"
    __table_args__ = (UniqueConstraint("partner_id", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    version: Mapped[int] = mapped_column(Integer)
    before: Mapped[int] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(String(500))
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
