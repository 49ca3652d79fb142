"""Orders and the events that are their life."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from api.kernel.db import Base, Key, Rupiah, UtcDateTime


class Order(Base):
    """One order of a partner, all money in rupiah.

    Each `*_at` is the instant of the event that entered the state. `is_retur`: 1 = on its way back, 2 = back.
    `fee_bearer`: buyer or seller. `return_shipping` is what the partner pays when the order comes back;
    `courier_shipping` what the courier charges us for the shipping, null while its bill is not known.
    """

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "partner_id", "state"),
        CheckConstraint("subtotal >= 0 AND discount >= 0 AND bare_shipping >= 0", name="money"),
        {"info": {"followed": True}},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partners.id"))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"))
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipments.id"))
    order_no: Mapped[str] = mapped_column(String(40), unique=True)
    airway_bill: Mapped[str | None] = mapped_column(String(40), index=True)
    payment_method: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    is_retur: Mapped[int] = mapped_column(SmallInteger, default=0)
    is_problem: Mapped[bool] = mapped_column(Boolean, default=False)
    is_lost: Mapped[bool] = mapped_column(Boolean, default=False)
    problem_description: Mapped[str | None] = mapped_column(String(200))
    customer_name: Mapped[str] = mapped_column(String(200))
    customer_city: Mapped[str] = mapped_column(String(100))
    qty: Mapped[int] = mapped_column(Integer, default=1)
    subtotal: Mapped[int] = mapped_column(Rupiah)
    discount: Mapped[int] = mapped_column(Rupiah, default=0)
    bare_shipping: Mapped[int] = mapped_column(Rupiah)
    fee_bearer: Mapped[str] = mapped_column(String(10), default="seller")
    service_fee: Mapped[int] = mapped_column(Rupiah)
    shipping_cost: Mapped[int] = mapped_column(Rupiah)
    shipping_cashback: Mapped[int] = mapped_column(Rupiah)
    grand_total: Mapped[int] = mapped_column(Rupiah)
    net_profit: Mapped[int] = mapped_column(Rupiah)
    return_shipping: Mapped[int] = mapped_column(Rupiah, default=0)
    courier_shipping: Mapped[int | None] = mapped_column(Rupiah)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    packed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    shipped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    return_received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    canceled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class OrderEvent(Base):
    """One change of state. The first event of an order has no `from_state`."""

    __tablename__ = "order_events"
    __table_args__ = ({"info": {"followed": True}},)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
