"""Airway bills in pickup requests."""

from queries.schema.base import count, day, fact, instant, key, mart, optional_key, text_column

fct_pickups = fact(
    "fct_pickups",
    key("pickup_order_id"),
    text_column("source"),
    key("pickup_id"),
    key("order_id"),
    key("partner_id"),
    text_column("courier"),
    text_column("airway_bill"),
    count("qty"),
    instant("requested_at", nullable=False),
    instant("due_at", nullable=False),
    day("due_date"),
    day("pickup_date"),
    count("pickup_time"),
    instant("handed_at"),
    day("handed_date", nullable=True),
    instant("canceled_at"),
    optional_key("address_id"),
    text_column("address_name"),
    text_column("address_detail"),
    text_column("district"),
    text_column("city"),
    text_column("pic"),
    text_column("pic_phone"),
    instant("updated_at", nullable=False),
    grain="one row per airway bill in a pickup request; waiting = neither handed nor canceled",
    key=("pickup_order_id",),
    invariants=("pickup_time BETWEEN 0 AND 86399", "handed_at IS NULL OR canceled_at IS NULL"),
)

mart_open_pickups = mart(
    "mart_open_pickups",
    key("pickup_order_id"),
    key("partner_id"),
    text_column("courier"),
    instant("due_at", nullable=False),
    grain="one row per waiting airway bill (neither handed nor canceled)",
    key=("pickup_order_id",),
)

mart_pickup_days = mart(
    "mart_pickup_days",
    day("due_date"),
    count("due_hour"),  # WIB hour 0-23
    text_column("courier"),
    count("handed"),
    count("late"),  # handed after due
    count("late_seconds"),  # sum over the late ones
    grain="WIB due day x due hour x courier, handed airway bills only",
    key=("due_date", "due_hour", "courier"),
    invariants=("late BETWEEN 0 AND handed",),
)
