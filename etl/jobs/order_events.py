"""Changes of state of orders, with what the reports group by: partner, courier, payment and cohort of the order."""

from sqlalchemy import select

from api.models import Order, OrderEvent, Shipment
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import fct_order_events, fct_orders

# columns of an order whose change concerns its events: what they repeat of it, and the state that they must end in
OF_ORDER = ("partner_id", "courier", "payment_method", "created_at", "state", "is_retur")
# events are landed as whole chains: a changed event stands for its order
by_event = Feed("order_events", OrderEvent.order_id, lookup=select(OrderEvent.order_id), lookup_key=OrderEvent.id)

job = Job(
    target=fct_order_events,
    statement=select(
        OrderEvent.id.label("event_id"),
        SOURCE,
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
    feeds=(by_event, Feed("orders", OrderEvent.order_id, "order_id", altered=(fct_orders, OF_ORDER))),
    derived={"event_date": wib_day("event_at"), "cohort_date": wib_day("order_created_at")},
    parents=(Parent("order_id", fct_orders),),
)
