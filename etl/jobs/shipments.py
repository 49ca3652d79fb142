"""Couriers."""

from sqlalchemy import select

from api.models import Shipment
from etl.jobs.base import SOURCE, Feed, Job
from queries.schema import dim_shipments

job = Job(
    target=dim_shipments,
    statement=select(
        Shipment.id.label("shipment_id"),
        SOURCE,
        Shipment.code.label("courier"),
        Shipment.name,
        Shipment.updated_at,
    ),
    key=Shipment.id,
    feeds=(Feed("shipments", Shipment.id, "shipment_id"),),
)
