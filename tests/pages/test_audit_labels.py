"""Every code that the product stores about what people do has a word in both languages."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from dashboard import i18n
from dashboard.actions.risk import Band, PartKey
from dashboard.labels import batch_status, risk_band, ticket_status, withdrawal_status
from pages.audit.labels import audit_action, audit_subject
from pages.payouts.labels import row_state
from pages.withdrawal.labels import decision_kind, number_label, part_label
from queries.withdrawal_risk import NUMBERS
from vocabulary import (
    AuditAction,
    AuditSubject,
    BatchStatus,
    DecisionKind,
    RowState,
    TicketStatus,
    WithdrawalStatus,
)

ROOT = Path(__file__).resolve().parents[2]
WORDS: list[tuple[Callable[..., str], list[str]]] = [
    (withdrawal_status, list(WithdrawalStatus)),
    (ticket_status, list(TicketStatus)),
    (decision_kind, list(DecisionKind)),
    (batch_status, list(BatchStatus)),
    (row_state, list(RowState)),
    (audit_action, list(AuditAction)),
    (audit_subject, list(AuditSubject)),
    (risk_band, list(get_args(Band))),
    (part_label, list(get_args(PartKey))),
    (number_label, list(NUMBERS)),
]


@pytest.fixture(params=["id", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    i18n.set_language(request.param)
    yield request.param
    i18n.set_language(None)


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(("label", "codes"), WORDS, ids=lambda each: getattr(each, "__name__", ""))
def test_every_code_has_a_word_of_its_own(label: Callable[..., str], codes: list[str]) -> None:
    words = [label(code) for code in codes]
    assert all(words)
    assert len(set(words)) == len(codes)
    assert not {word for word, code in zip(words, codes, strict=True) if "_" in word or word == code.replace("_", " ")}


@pytest.mark.usefixtures("language")
def test_an_action_of_another_version_is_shown_as_it_was_written() -> None:
    assert audit_action("user.grew_wings") == "user grew wings"
    assert audit_subject("flying_carpet") == "flying carpet"


def recorded() -> Iterator[tuple[str, str]]:
    """Every text or member that stands for `action` or `subject` in a call within api/, and where."""
    for path in sorted((ROOT / "api").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            named = [keyword.value for keyword in call.keywords if keyword.arg in ("action", "subject")]
            # write.record(action, subject, ...), and the same of a review
            placed = call.args[:2] if isinstance(call.func, ast.Attribute) and call.func.attr == "record" else []
            for value in (*named, *placed):
                yield from ((code, f"{path.name}:{call.lineno}") for code in codes_in(value, tree))


def codes_in(value: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The codes that an expression can have: texts, members, and what is passed where it is a parameter."""
    match value:
        case ast.Constant(value=str(code)):
            yield code
        case ast.Attribute(value=ast.Name(id="AuditAction" | "AuditSubject" as name), attr=member):
            yield {"AuditAction": AuditAction, "AuditSubject": AuditSubject}[name][member]
        case ast.Name(id=name):
            yield from passed_as(name, tree)


def passed_as(parameter: str, tree: ast.Module) -> Iterator[str]:
    """What the calls of this module pass for a parameter of its functions."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = [argument.arg for argument in function.args.args]
        if parameter not in names:
            continue
        at = names.index(parameter)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            is_of_it = isinstance(call.func, ast.Name) and call.func.id == function.name and len(call.args) > at
            if is_of_it and not (isinstance(call.args[at], ast.Name) and call.args[at].id == parameter):
                yield from codes_in(call.args[at], tree)


def test_everything_that_the_api_records_is_in_the_vocabulary() -> None:
    found = list(recorded())
    codes = {code for code, _place in found}
    assert {"login", "partner.note", AuditAction.BATCH_CREATED, AuditSubject.WITHDRAWAL} <= codes
    unknown = [f"{place} {code!r}" for code, place in found if code not in {*AuditAction, *AuditSubject}]
    assert not unknown, "not in vocabulary.py:\n" + "\n".join(unknown)
