"""Writing about partners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from api.domains.auth.models import User
from api.domains.partners.models import Partner, PartnerNote
from api.kernel.errors import Invalid, NotFound
from api.kernel.write import Write
from queries.wib import business_day
from texts import listed
from vocabulary import AuditAction, AuditSubject, Role

OWNERS = (Role.ADMIN, Role.GROWTH)


class UnknownPartner(NotFound):
    """There is no such partner."""


class FollowUpRefused(Invalid):
    """The person or the day of a follow-up cannot be used."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is written about a partner. Without an owner the earlier one stays; without a day no call is planned."""

    body: str
    owner_id: int | None = None
    next_follow_up: date | None = None


def add_note(write: Write, partner_id: int, body: str) -> None:
    """Add a note, which becomes the partner's current one; the earlier ones stay as its history. Who looks after the
    partner and when it is called next stay as they are.

    Raises:
        UnknownPartner: no partner has this id.
    """
    before = _newest(write, [partner_id]).get(partner_id)
    said = Said(body, next_follow_up=None if before is None else before.next_follow_up)
    _add(write, partner_id, said, before)


def add_notes(write: Write, partner_ids: Sequence[int], said: Said) -> int:
    """Add the same note to several partners; how many these are, each once.

    Raises:
        UnknownPartner: no partner has one of the ids; nothing is written.
        FollowUpRefused: the owner is nobody who may be one, or the day is over.
    """
    if said.next_follow_up is not None and said.next_follow_up < business_day(write.now):
        raise FollowUpRefused("next_follow_up {day} is over: choose today or a later day", day=said.next_follow_up)
    if said.owner_id is not None:
        _check_owner(write, said.owner_id)
    newest = _newest(write, partner_ids)
    for partner_id in sorted(set(partner_ids)):
        _add(write, partner_id, said, newest.get(partner_id))
    return len(set(partner_ids))


def _check_owner(write: Write, owner_id: int) -> None:
    owner = write.session.get(User, owner_id)
    if owner is None or owner.disabled_at is not None or owner.role_id not in OWNERS:
        raise FollowUpRefused("user {owner_id} cannot look after partners: choose another", owner_id=owner_id)


def _newest(write: Write, partner_ids: Sequence[int]) -> dict[int, PartnerNote]:
    """The current note of each partner that has one; the partners are locked, in the order of their ids."""
    wanted = sorted(set(partner_ids))
    mine = select(Partner.id).where(Partner.id.in_(wanted)).order_by(Partner.id)
    found = set(write.session.scalars(mine.with_for_update(key_share=True)))
    if unknown := [str(key) for key in wanted if key not in found]:
        if len(unknown) == 1:
            raise UnknownPartner("there is no partner {partner_id}", partner_id=unknown[0])
        raise UnknownPartner("there are no partners {partner_ids}", partner_ids=listed(unknown))
    notes = select(PartnerNote).where(PartnerNote.partner_id.in_(wanted))
    in_order = write.session.scalars(notes.order_by(PartnerNote.created_at, PartnerNote.id))
    return {note.partner_id: note for note in in_order}


def _add(write: Write, partner_id: int, said: Said, before: PartnerNote | None) -> None:
    owner_id = said.owner_id or (None if before is None else before.owner_id)
    note = PartnerNote(
        partner_id=partner_id,
        author_id=write.actor.id,
        body=said.body,
        owner_id=owner_id,
        next_follow_up=said.next_follow_up,
        created_at=write.now,
        updated_at=write.now,
    )
    write.session.add(note)
    write.record(
        AuditAction.PARTNER_NOTE,
        AuditSubject.PARTNER,
        partner_id,
        before=None if before is None else _audited(before),
        after=_audited(note),
    )


def _audited(note: PartnerNote) -> dict[str, Any]:
    found: dict[str, Any] = {"notes": note.body}
    if note.owner_id is not None:
        found["owner_id"] = note.owner_id
    if note.next_follow_up is not None:
        found["next_follow_up"] = note.next_follow_up.isoformat()
    return found
