"""Partners."""

from sqlalchemy import column, select

from api.models import Partner
from etl.jobs.base import SOURCE, Feed, Job, wib_day
from queries.schema import dim_partners
from queries.search_keys import name_key, phone_key

job = Job(
    target=dim_partners,
    statement=select(
        Partner.id.label("partner_id"),
        SOURCE,
        Partner.user_id,
        Partner.full_name,
        Partner.brand_name,
        Partner.email,
        Partner.phone,
        Partner.city,
        Partner.joined_at,
        Partner.problem_status,
        Partner.email_verified_at,
        Partner.is_onboarded,
        Partner.updated_at,
    ),
    key=Partner.id,
    feeds=(Feed("partners", Partner.id, "partner_id"),),
    derived={
        "join_date": wib_day("joined_at"),
        "name_key": name_key(column("full_name"), column("brand_name"), column("email")),
        "phone_key": phone_key(column("phone")),
    },
)
