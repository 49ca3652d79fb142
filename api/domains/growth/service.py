"""Setting targets, and noting visits."""

from datetime import timedelta

from api.domains.growth.errors import ImpossibleTarget
from api.domains.growth.models import SummaryTarget, SummaryVisit
from api.kernel.db import LOCK
from api.kernel.write import Write
from vocabulary import AuditAction, AuditSubject, SummaryNumber

A_VISIT = timedelta(minutes=30)  # who comes back within it is still there
WHOLE = 100  # percent


def set_target(write: Write, number: SummaryNumber, value: int | None) -> None:
    """Set the target of a number, or take it away.

    Raises:
        ImpossibleTarget: a share of more than all.
    """
    if number is SummaryNumber.RETENTION and value is not None and value > WHOLE:
        raise ImpossibleTarget("the target of a rate is at most 100 percent")
    kept = write.session.get(SummaryTarget, number, with_for_update=LOCK)
    before = None if kept is None else kept.value
    if value == before:
        return
    if value is None:
        write.session.delete(kept)
    elif kept is None:
        write.session.add(SummaryTarget(number=number, value=value, set_by=write.actor.id, set_at=write.now))
    else:
        kept.value, kept.set_by, kept.set_at = value, write.actor.id, write.now
    write.record(AuditAction.TARGET_SET, AuditSubject.TARGET, number, before={"value": before}, after={"value": value})


def visit(write: Write) -> SummaryVisit:
    """Note that the caller sees the summary now."""
    seen = write.session.get(SummaryVisit, write.actor.id, with_for_update=LOCK)
    if seen is None:
        seen = SummaryVisit(user_id=write.actor.id, seen_at=write.now)
        write.session.add(seen)
        write.session.flush()
        return seen
    if write.now - seen.seen_at > A_VISIT:
        seen.before_at = seen.seen_at
    seen.seen_at = max(seen.seen_at, write.now)
    return seen
