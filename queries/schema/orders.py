"""Orders, their changes of state, the couriers that carry them."""

from queries.measures import INCOME
from queries.schema.base import (
    count,
    day,
    dimension,
    fact,
    flag,
    instant,
    key,
    mart,
    optional_count,
    optional_key,
    text_column,
)

dim_shipments = dimension(
    "dim_shipments",
    key("shipment_id"),
    text_column("source"),
    text_column("courier"),
    text_column("name"),
    instant("updated_at", nullable=False),
    grain="one row per courier",
    key=("shipment_id",),
)

fct_orders = fact(
    "fct_orders",
    key("order_id"),
    text_column("source"),
    key("partner_id"),
    optional_key("product_id"),  # files may leave it out
    text_column("order_no"),
    text_column("airway_bill", nullable=True),
    optional_count("order_digits"),  # keys to find the two by (queries/search_keys.py)
    optional_count("bill_digits"),
    text_column("courier"),
    text_column("payment_method"),
    text_column("state"),
    count("is_retur"),
    flag("is_problem"),
    flag("is_lost"),
    text_column("problem_description", nullable=True),
    text_column("customer_name"),
    text_column("customer_city"),
    count("qty"),
    count("subtotal"),
    count("discount"),
    count("bare_shipping"),
    count("service_fee"),
    count("shipping_cost"),
    count("shipping_cashback"),
    count("grand_total"),
    count("net_profit"),
    count("return_shipping"),
    optional_count("courier_shipping"),  # the courier's price of the shipping, null where it is not known
    instant("created_at", nullable=False),
    day("created_date"),
    instant("packed_at"),
    instant("shipped_at"),
    instant("delivered_at"),
    instant("returned_at"),
    instant("return_received_at"),
    instant("canceled_at"),
    instant("updated_at", nullable=False),
    grain="one row per order, in its current state",
    key=("order_id",),
    invariants=(
        "state IN ('Diajukan', 'Dipacking', 'Dikirim', 'Diterima', 'Retur', 'Batal')",
        "payment_method IN ('COD', 'BANK TRANSFER')",
        "is_retur BETWEEN 0 AND 2 AND (state = 'Retur') = (is_retur > 0)",
        "subtotal >= 0 AND discount >= 0 AND bare_shipping >= 0 AND qty > 0",
        "courier_shipping IS NULL OR courier_shipping >= 0",
        "shipped_at IS NULL OR shipped_at >= created_at",
        "state NOT IN ('Dikirim', 'Diterima', 'Retur') OR shipped_at IS NOT NULL",
        "state NOT IN ('Diajukan', 'Dipacking', 'Batal') OR shipped_at IS NULL",
        "state <> 'Diterima' OR delivered_at IS NOT NULL",
    ),
)

fct_order_events = fact(
    "fct_order_events",
    key("event_id"),
    text_column("source"),
    key("order_id"),
    key("partner_id"),
    text_column("courier"),
    text_column("payment_method"),
    text_column("from_state", nullable=True),
    text_column("to_state"),
    instant("event_at", nullable=False),
    day("event_date"),
    day("cohort_date"),
    grain="one row per change of state of an order; cohort_date is the WIB day on which the order was created",
    key=("event_id",),
    invariants=("from_state IS NULL OR from_state <> to_state",),
)

mart_order_days = mart(
    "mart_order_days",
    day("day"),
    text_column("state"),
    text_column("courier"),
    text_column("payment_method"),
    count("entered"),  # events into the state on the day (flow)
    count("left_state"),  # events out of the state on the day; entered - left summed up to a day is the backlog
    count("cohort_reached"),  # orders created on the day that ever entered the state
    count("cohort_now"),  # orders created on the day that are in the state now (measures.reported_state)
    count("cohort_grand_total"),  # rupiah of cohort_now
    grain="WIB day x state (7, with Retur Diterima) x courier x payment method",
    key=("day", "state", "courier", "payment_method"),
)

mart_income_days = mart(
    "mart_income_days",
    day("day"),
    text_column("courier"),
    text_column("payment_method"),
    count("orders"),
    count("unbilled"),  # orders whose courier_shipping is not known: their shipping margin is the usual one
    *(count(name) for name in INCOME),  # rupiah
    grain="WIB day of delivery x courier x payment method, delivered orders only",
    key=("day", "courier", "payment_method"),
    invariants=("orders > 0", "unbilled BETWEEN 0 AND orders"),
)
