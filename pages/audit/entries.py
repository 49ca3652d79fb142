"""Entries of the audit trail as rows: what each is about, and what changed."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from dashboard import format as fmt
from dashboard.actions.answers import frame
from dashboard.actions.audit import AuditEntry
from dashboard.i18n import _
from dashboard.labels import withdrawal_status
from dashboard.links import PagePath, batch_link, page_link, partner_link, whole_number, withdrawal_link
from pages.audit.labels import audit_action, audit_field, audit_subject
from vocabulary import WithdrawalStatus

MOST_SIGNS = 400  # of one value
_LONG_NUMBER = 10**15
_LINKS: dict[str, Callable[[int], str]] = {
    "withdrawal": withdrawal_link,
    "payout_batch": batch_link,
    "partner": partner_link,
}


def rows_of(entries: Sequence[AuditEntry]) -> pd.DataFrame:
    """The entries in the reader's words: `about`, `link`, `who`, `did` and `changes` beside the fields."""
    return frame(AuditEntry, entries).assign(
        about=[about(entry) for entry in entries],
        link=[link_of(entry) for entry in entries],
        who=[entry.actor_name or _("Sistem") for entry in entries],
        did=[audit_action(entry.action) for entry in entries],
        changes=[changes(entry) for entry in entries],
    )


def about(entry: AuditEntry) -> str:
    """Withdrawal 55."""
    return f"{audit_subject(entry.subject)} {entry.subject_id}"


def link_of(entry: AuditEntry) -> str:
    """The page of what the entry is about; this page where there is none."""
    number = whole_number(entry.subject_id)
    link = _LINKS.get(entry.subject)
    return link(number) if link is not None and number is not None else page_link(PagePath.AUDIT)


def changes(entry: AuditEntry) -> str:
    """Status: Diminta → Ditinjau; Versi: 1 → 2."""
    old, new = entry.before or {}, entry.after or {}
    return "; ".join(
        f"{audit_field(name)}: {shown(name, old[name])} → {shown(name, new[name])}"
        if name in old
        else f"{audit_field(name)}: {shown(name, new[name])}"
        for name in new
        if old.get(name) != new[name]
    )


def fields(entry: AuditEntry) -> pd.DataFrame:
    """Each field before and after, with a mark where it changed."""
    before, after = entry.before or {}, entry.after or {}
    names = list(dict.fromkeys([*before, *after]))
    return pd.DataFrame(
        {
            "field": [audit_field(name) for name in names],
            "before": [shown(name, before.get(name)) for name in names],
            "after": [shown(name, after.get(name)) for name in names],
            "mark": ["●" if name in before and before[name] != after.get(name) else "" for name in names],
        }
    )


def shown(name: str, value: Any) -> str:
    """A value of a field in words; a long one is cut, and says how long it is."""
    if value is None or value == "":
        return fmt.NONE
    if name == "status" and value in tuple(WithdrawalStatus):
        return withdrawal_status(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LONG_NUMBER:
        return fmt.number(value)
    text = _words(value)
    if len(text) <= MOST_SIGNS:
        return text
    return _("{start}… ({count} karakter)").format(start=text[:MOST_SIGNS], count=fmt.number(len(text)))


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{audit_field(name)}: {_words(each)}" for name, each in value.items())
    return ", ".join(_words(each) for each in value) if isinstance(value, list) else str(value)
