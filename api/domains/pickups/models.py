"""Pickup requests and the orders in them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, UtcDateTime


class Pickup(Base):
    """A request to fetch orders at an address. `pickup_date` is a WIB day, `pickup_time` seconds from its midnight."""

    __tablename__ = "pickups"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"), index=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"))
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    pickup_date: Mapped[date] = mapped_column(Date)
    pickup_time: Mapped[int] = mapped_column(Integer)
    vehicle: Mapped[str] = mapped_column(String(20), default="MOTOR")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PickupOrder(Base):
    """One airway bill in a pickup. `handed_at` is null until the courier has it; `canceled_at` ends the waiting."""

    __tablename__ = "pickup_orders"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    pickup_id: Mapped[int] = mapped_column(ForeignKey("pickups.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), unique=True)
    handed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PickupContact(Base):
    """A partner was contacted about its overdue pickups. A mark that was set wrongly is taken back, never deleted."""

    __tablename__ = "pickup_contacts"
    __table_args__ = (Index(None, "partner_id", "created_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
