"""Couriers with their cashback and service fee."""

from datetime import datetime

from sqlalchemy import Boolean, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


class Shipment(Base):
    """A courier. Rates are basis points: 280 = 2.8 %, 2500 = 25 %."""

    __tablename__ = "shipments"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    service_fee_bp: Mapped[int] = mapped_column(Integer, default=280)
    cashback_bp: Mapped[int] = mapped_column(Integer, default=2500)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
