"""Notes that staff write about partners."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.models import PartnerNote, User
from etl.jobs.base import SOURCE, Feed, Job, Parent
from queries.schema import dim_partners, dim_users, fct_partner_notes

_Owner = aliased(User)

job = Job(
    target=fct_partner_notes,
    statement=select(
        PartnerNote.id.label("note_id"),
        SOURCE,
        PartnerNote.partner_id,
        PartnerNote.author_id,
        User.full_name.label("author_name"),
        PartnerNote.body,
        PartnerNote.owner_id,
        _Owner.full_name.label("owner_name"),
        PartnerNote.next_follow_up,
        PartnerNote.created_at,
        PartnerNote.updated_at,
    )
    .join_from(PartnerNote, User, User.id == PartnerNote.author_id, isouter=True)
    .outerjoin(_Owner, _Owner.id == PartnerNote.owner_id),
    key=PartnerNote.id,
    feeds=(
        Feed("partner_notes", PartnerNote.id, "note_id"),
        Feed("users", PartnerNote.author_id, "author_id", altered=(dim_users, ("full_name",))),
        Feed("users", PartnerNote.owner_id, "owner_id", altered=(dim_users, ("full_name",))),
        Feed("partners", PartnerNote.partner_id, "partner_id", altered=(dim_partners, ("partner_id",))),
    ),
    parents=(Parent("partner_id", dim_partners),),
)
