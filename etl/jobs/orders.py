"""Orders in their current state."""

from sqlalchemy import column, select

from api.models import Order, Shipment
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_partners, dim_shipments, fct_orders
from queries.search_keys import number_key

job = Job(
    target=fct_orders,
    statement=select(
        Order.id.label("order_id"),
        SOURCE,
        Order.partner_id,
        Order.product_id,
        Order.order_no,
        Order.airway_bill,
        Shipment.code.label("courier"),
        Order.payment_method,
        Order.state,
        Order.is_retur,
        Order.is_problem,
        Order.is_lost,
        Order.problem_description,
        Order.customer_name,
        Order.customer_city,
        Order.qty,
        Order.subtotal,
        Order.discount,
        Order.bare_shipping,
        Order.service_fee,
        Order.shipping_cost,
        Order.shipping_cashback,
        Order.grand_total,
        Order.net_profit,
        Order.return_shipping,
        Order.courier_shipping,
        Order.created_at,
        Order.packed_at,
        Order.shipped_at,
        Order.delivered_at,
        Order.returned_at,
        Order.return_received_at,
        Order.canceled_at,
        Order.updated_at,
    ).join_from(Order, Shipment, Shipment.id == Order.shipment_id, isouter=True),
    key=Order.id,
    feeds=(
        Feed("orders", Order.id, "order_id"),
        Feed("partners", Order.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
        Feed("shipments", Order.shipment_id, altered=(dim_shipments, ("courier",))),
    ),
    derived={
        "created_date": wib_day("created_at"),
        "order_digits": number_key(column("order_no")),
        "bill_digits": number_key(column("airway_bill")),
    },
    parents=(Parent("partner_id", dim_partners),),
)
