"""Does an account's holder fit the partner? A check is any callable of this shape, named in KOMSHIP_NAME_CHECK."""

import importlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, utils

# titles and forms of companies that banks leave out or add
_IGNORED = frozenset(
    (
        "pt",
        "cv",
        "ud",
        "toko",
        "tb",
        "h",
        "hj",
        "haji",
        "hajjah",
        "dr",
        "drs",
        "ir",
        "bpk",
        "bapak",
        "ibu",
        "sdr",
        "sdri",
    )
)


@dataclass(frozen=True, slots=True)
class AccountHolder:
    """What is checked: the account, the holder's name given for it, and the names the partner is known by."""

    bank_name: str
    account_no: str
    account_name: str
    partner_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """`score` 0 to 100; `found` the holder's name that was compared; `source` which check found it."""

    score: int
    found: str
    source: str


class NameCheckFailed(RuntimeError):
    """The check could not be made: the account counts as unchecked."""


class NameCheck(Protocol):
    """Compares the holder of an account with the partner."""

    def __call__(self, holder: AccountHolder, /) -> NameMatch: ...


def compare_names(holder: AccountHolder) -> NameMatch:
    """The local check: the given holder's name against each name of the partner, word order and titles aside."""
    given = _plain(holder.account_name)
    scores = [_score(given, _plain(name)) for name in holder.partner_names if name.strip()]
    return NameMatch(max(scores, default=0), holder.account_name, "local")


def _score(given: str, known: str) -> int:
    if not given or not known:
        return 0
    # banks cut names off; a cut name is a full match as far as it goes, but a single word is not
    whole = fuzz.token_sort_ratio(given, known)
    cut = fuzz.ratio(given, known[: len(given)]) if len(given.split()) > 1 else 0
    return int(max(whole, cut))


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words: Sequence[str] = utils.default_process(text).split()
    return " ".join(word for word in words if word not in _IGNORED)


def load_check(name: str) -> NameCheck:
    """The check that a setting names: "local", or "module:callable" of the deployment.

    Raises:
        ValueError: there is none of that name.
    """
    if name == "local":
        return compare_names
    module, _, attribute = name.partition(":")
    try:
        found: NameCheck = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"KOMSHIP_NAME_CHECK must be local or module:callable; {name!r}: {error}") from None
    return found
