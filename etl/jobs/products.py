"""Products."""

from sqlalchemy import select

from api.models import Product
from etl.jobs.base import SOURCE, Feed, Job, Parent, wib_day
from queries.schema import dim_partners, dim_products

job = Job(
    target=dim_products,
    statement=select(
        Product.id.label("product_id"),
        SOURCE,
        Product.partner_id,
        Product.name,
        Product.created_at,
        Product.updated_at,
    ),
    key=Product.id,
    feeds=(
        Feed("products", Product.id, "product_id"),
        Feed("partners", Product.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
    ),
    derived={"created_date": wib_day("created_at")},
    parents=(Parent("partner_id", dim_partners),),
)
