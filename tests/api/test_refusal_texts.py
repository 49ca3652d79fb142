"""Every refusal that the code can make has an Indonesian text with the same values."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest
from pydantic_core import _pydantic_core

import api.main  # noqa: F401 - imports every kind of refusal
from api.kernel.errors import Refusal
from api.kernel.language import translations
from texts import Text, TextError
from vocabulary import BatchStatus, ProblemMark, RequestOutcome, Role, RowState, WithdrawalStatus

ROOT = Path(__file__).resolve().parents[2]
INDONESIAN = translations("id")
WORDS = {
    *(role.name.lower() for role in Role),
    *WithdrawalStatus,
    *BatchStatus,
    *RowState,
    *(mark.name.lower() for mark in ProblemMark),
    *RequestOutcome,
    *(
        "amount",
        "risk_low",
        "risk_medium",
        "risk_high",
        "account_changed",
        "new_account",
        "name_unchecked",
        "name_mismatch",
    ),
    *("version", "nominal", "bank_account_no"),  # what may have changed since a dossier was opened
    *("paid_amount", "paid_on", "last_four"),
    *("reference", "amount", "account_no", "bank_code", "bank_swift", "source_account", "count", "total"),
    " or ",
}
OF_THE_FRAMEWORK = {
    "Not Found",
    "Method Not Allowed",
    "Content Too Large",
    "There was an error parsing the body",
    "Missing boundary in multipart.",
    "Invalid multipart data.",
    'The Content-Disposition header field "name" must be provided.',
    "Too many files. Maximum number of files is 1000.",
    "Too many fields. Maximum number of fields is 1000.",
    "Field exceeded maximum size of 1024KB.",
    "Part exceeded maximum size of 1024KB.",
}


@dataclass(frozen=True)
class Made:
    """A place where a refusal or a text is made; the template is None where it is no literal."""

    place: str
    template: str | None
    values: frozenset[str] | None


def _kinds(base: type) -> set[str]:
    return {base.__name__}.union(*(_kinds(each) for each in base.__subclasses__()))


def _sources() -> Iterator[Path]:
    """Without the migrations, where Text is a column's type."""
    yield from (ROOT / "api").glob("*.py")
    for folder in ("api/kernel", "api/domains", "queries"):
        yield from (ROOT / folder).rglob("*.py")


def _made() -> Iterator[Made]:
    kinds = _kinds(Refusal) | _kinds(TextError) | _kinds(Text)
    for path in _sources():
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = call.func if isinstance(call, ast.Call) else None
            called = name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""
            if isinstance(call, ast.Call) and called in kinds:
                yield _read(call, f"{path.relative_to(ROOT)}:{call.lineno} {called}")


def _read(call: ast.Call, place: str) -> Made:
    first = call.args[0] if call.args else None
    literal = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    names = [keyword.arg for keyword in call.keywords]
    given = None if None in names else frozenset(name for name in names if name not in (None, "retry_after"))
    return Made(place, literal, given)


MADE = tuple(_made())
TEMPLATES = {made.template for made in MADE if made.template is not None}


def placeholders(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def test_the_walk_finds_them() -> None:
    assert len(MADE) > 150
    assert "the partner is marked {mark}; withdrawals are stopped" in TEMPLATES


def test_templates_are_literals() -> None:
    # Refusal itself hands on what its subclasses were given
    assert [
        made.place for made in MADE if made.template is None and not made.place.startswith("api/kernel/errors.py")
    ] == []


def test_errors_are_answered_in_the_callers_language() -> None:
    # bank_account.check_available answers in the words that the contract prints
    known = {"api/kernel/answers.py", "api/kernel/errors.py", "api/domains/bank_accounts/routes.py"}
    found = {str(path.relative_to(ROOT)) for path in _sources() if re.search(r"\bfailure\(", path.read_text("utf-8"))}
    assert found <= known


def test_every_value_of_a_template_is_given() -> None:
    wrong = [
        made.place
        for made in MADE
        if made.template and made.values is not None and placeholders(made.template) != made.values
    ]
    assert wrong == []


def test_every_template_is_in_indonesian() -> None:
    assert [made.place for made in MADE if made.template and made.template not in INDONESIAN] == []


def test_every_translation_has_the_values_of_its_template() -> None:
    wrong = {text for text in TEMPLATES & INDONESIAN.keys() if placeholders(text) != placeholders(INDONESIAN[text])}
    assert wrong == set()


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_is_in_indonesian(word: str) -> None:
    assert word in INDONESIAN


def test_the_catalogue_holds_nothing_else() -> None:
    others = {text for text in INDONESIAN if not text.startswith("validation: ")}
    assert others - TEMPLATES - {str(word) for word in WORDS} - OF_THE_FRAMEWORK == set()
    assert others >= OF_THE_FRAMEWORK


def test_validation_errors_are_pydantics_with_its_values() -> None:
    known = {error["type"]: error["message_template_python"] for error in _pydantic_core.list_all_errors()}
    kept = {
        text.removeprefix("validation: "): reply for text, reply in INDONESIAN.items() if text[:11] == "validation:"
    }
    assert kept.keys() - known.keys() == {"other"}
    assert [kind for kind, reply in kept.items() if placeholders(reply) - placeholders(known.get(kind, ""))] == []
