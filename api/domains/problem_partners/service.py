"""Marking a partner: what it stops is stopped from the commit on, since every payout looks at the mark under a lock."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.domains.auth.models import User
from api.domains.partners.models import Partner
from api.domains.partners.service import UnknownPartner
from api.domains.problem_partners.errors import MarkChanged, MarkRefused
from api.domains.problem_partners.models import PartnerMark
from api.domains.problem_partners.schemas import Mark
from api.kernel.db import LOCK
from api.kernel.write import Write
from queries.wib import WIB
from texts import word
from vocabulary import AuditAction, AuditSubject, ProblemMark


def mark(write: Write, wanted: Mark) -> PartnerMark:
    """Mark a partner. Decisions about its money that are under way end first; those that come later see the mark.

    Raises:
        UnknownPartner: no partner has this id.
        MarkChanged: it was marked since the version that was looked at; the refusal says by whom, when and why.
        MarkRefused: it has this mark, or is neither fake nor on hold and should be let go.
    """
    session, status = write.session, ProblemMark(wanted.status)
    partner = session.get(Partner, wanted.partner_id, with_for_update=LOCK, populate_existing=True)
    if partner is None:
        raise UnknownPartner("there is no partner {partner_id}", partner_id=wanted.partner_id)
    newest = newest_mark(session, partner.id)
    version = 0 if newest is None else newest.version
    if wanted.version is not None and wanted.version != version:
        raise _changed(session, partner, newest)
    before = ProblemMark(partner.problem_status)
    if status is before or (status is ProblemMark.UNHOLD and not partner.is_blocked):
        raise MarkRefused(
            "the partner is marked {mark}; it cannot be marked {wanted}",
            {"user_status": int(before), "version": version},
            mark=partner.mark,
            wanted=word(status.name.lower()),
        )
    made = PartnerMark(
        partner_id=partner.id,
        version=version + 1,
        before=int(before),
        status=int(status),
        reason=wanted.reason,
        actor_id=write.actor.id,
        created_at=write.now,
    )
    session.add(made)
    partner.problem_status, partner.updated_at = int(status), write.now
    write.record(
        AuditAction.PARTNER_MARKED,
        AuditSubject.PARTNER,
        partner.id,
        before={"problem_status": before.name.lower(), "version": version},
        after={"problem_status": status.name.lower(), "version": made.version, "reason": wanted.reason},
    )
    return made


def newest_mark(session: Session, partner_id: int) -> PartnerMark | None:
    """The mark that counts; None for a partner that was never marked here."""
    mine = select(PartnerMark).where(PartnerMark.partner_id == partner_id)
    return session.scalar(mine.order_by(PartnerMark.version.desc()).limit(1))


def _changed(session: Session, partner: Partner, newest: PartnerMark | None) -> MarkChanged:
    now = {"user_status": partner.problem_status, "version": 0 if newest is None else newest.version}
    if newest is None:
        return MarkChanged("the partner was never marked; look at it again", now)
    name = session.scalar(select(User.full_name).where(User.id == newest.actor_id)) or ""
    return MarkChanged(
        "{name} marked the partner {mark} on {at} WIB, after you opened it; look at it again",
        now | {"actor_name": name, "reason": newest.reason, "at": newest.created_at.isoformat()},
        name=name,
        mark=word(ProblemMark(newest.status).name.lower()),
        at=f"{newest.created_at.astimezone(WIB):%Y-%m-%d %H:%M}",
    )
