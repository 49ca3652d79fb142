"""Changes of state of orders, with what the reports group by: partner, courier, payment and cohort of the order."""

from sqlalchemy import select

from api.models import Order, OrderEvent, Shipment
from etl.jobs.base import STORE_SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_shipments, fct_order_events, fct_orders

job = Job(
    target=fct_order_events,
    statement=select(
        OrderEvent.id.label("event_id"),
        STORE_SOURCE,
        OrderEvent.order_id,
        Order.partner_id,
        Shipment.code.label("courier"),
        Order.payment_method,
        OrderEvent.from_state,
        OrderEvent.to_state,
        OrderEvent.at.label("event_at"),
        Order.created_at.label("order_created_at"),
    )
    .join_from(OrderEvent, Order, Order.id == OrderEvent.order_id, isouter=True)
    .join(Shipment, Shipment.id == Order.shipment_id, isouter=True),
    key=OrderEvent.id,
    feeds=(
        Feed("order_events", OrderEvent.id, "event_id"),
        Feed(
            "orders",
            OrderEvent.order_id,
            "order_id",
            altered=(fct_orders, ("partner_id", "courier", "payment_method", "created_at")),
        ),
        Feed("shipments", Order.shipment_id, altered=(dim_shipments, ("courier",))),
    ),
    derived={"event_date": wib_day("event_at"), "cohort_date": wib_day("order_created_at")},
    parents=(Parent("order_id", fct_orders),),
    group="order_id",
)
