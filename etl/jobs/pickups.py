"""Airway bills in pickup requests."""

from sqlalchemy import column, select

from api.models import Address, Order, Pickup, PickupOrder, Shipment
from etl.jobs.base import SOURCE, Feed, Job, Parent, due_at, wib_day
from queries.schema import dim_partners, dim_shipments, fct_orders, fct_pickups

job = Job(
    target=fct_pickups,
    statement=select(
        PickupOrder.id.label("pickup_order_id"),
        SOURCE,
        PickupOrder.pickup_id,
        PickupOrder.order_id,
        Pickup.partner_id,
        Shipment.code.label("courier"),
        Order.airway_bill,
        Order.qty,
        Pickup.created_at.label("requested_at"),
        Pickup.pickup_date,
        Pickup.pickup_time,
        PickupOrder.handed_at,
        PickupOrder.canceled_at,
        Pickup.address_id,
        Address.name.label("address_name"),
        Address.detail.label("address_detail"),
        Address.district,
        Address.city,
        Address.pic,
        Address.pic_phone,
        PickupOrder.updated_at,
    )
    .join_from(PickupOrder, Pickup, Pickup.id == PickupOrder.pickup_id, isouter=True)
    .join(Order, Order.id == PickupOrder.order_id, isouter=True)
    .join(Shipment, Shipment.id == Pickup.shipment_id, isouter=True)
    .join(Address, Address.id == Pickup.address_id, isouter=True),
    key=PickupOrder.id,
    feeds=(
        Feed("pickup_orders", PickupOrder.id, "pickup_order_id"),
        Feed("pickups", PickupOrder.pickup_id, "pickup_id"),
        Feed("orders", PickupOrder.order_id, "order_id", altered=(fct_orders, ("airway_bill", "qty"))),
        Feed("addresses", Pickup.address_id, "address_id"),
        Feed("partners", Pickup.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
        Feed("shipments", Pickup.shipment_id, altered=(dim_shipments, ("courier",))),
    ),
    derived={"due_at": due_at(), "due_date": column("pickup_date"), "handed_date": wib_day("handed_at")},
    parents=(Parent("partner_id", dim_partners), Parent("order_id", fct_orders)),
)
