"""Number words: what proves the format of a column, and reading them under it. Exact decimals, never a float.

Plain digits need no format. `1.234` alone could be 1234 or 1.234, so it proves nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Numeric, String, and_, case, cast, func, null, or_

from api.kernel.types import MOST_RUPIAH
from etl.sources.words import Example, fixed, matches
from queries.reasons import Reason

PLAIN = r"-?[0-9]{1,15}"
THOUSANDS = (".", ",", " ", "'")
DECIMALS = (".", ",")
EXACT = Numeric(38, 10)
_HEAD = "[1-9][0-9]{0,2}"
_PREFIX = r"^([+-]?) ?(?:Rp|IDR)\.? ?([+-]?) ?"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format and what says so; `proof` None: the mapping, or nothing where all words are plain digits."""

    thousands: str | None = None
    decimal: str | None = None
    proof: Example | None = None
    is_sum: bool = False  # written by this product, with three decimals too

    def __str__(self) -> str:
        if self.thousands is None and self.decimal is None:
            return "plain digits"
        named = {"thousands": self.thousands, "decimal": self.decimal}
        return "numbers: {" + ", ".join(f'{name}: "{sign}"' for name, sign in named.items() if sign) + "}"


def _cleaned(word: ColumnElement[Any]) -> ColumnElement[Any]:
    """Without currency and plus sign, the minus in front, spaces and quotes of one kind."""
    signs = func.translate(word, fixed("\u2212\u00a0\u202f\u2009\u2019"), fixed("-   '"))
    bare = func.regexp_replace(signs, fixed(_PREFIX), fixed(r"\1\2"), fixed("i"))
    whole = func.regexp_replace(bare, fixed(r",--?$"), fixed(",00"))
    ahead = func.regexp_replace(whole, fixed(r"^([0-9].*[0-9])-$"), fixed(r"-\1"))
    return func.regexp_replace(ahead, fixed(r"^\+([0-9])"), fixed(r"\1"))


def kind_of_word(word: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a word says of its format: the separators of thousands and of decimals as two characters (a dash: none),
    "?" and the separator where it could be either; null where it says nothing."""
    body = _cleaned(word)
    kinds: list[tuple[ColumnElement[bool], ColumnElement[Any]]] = [(matches(word, PLAIN), cast(null(), String))]
    kinds += [(matches(body, f"-?{_HEAD}[{sign}][0-9]{{3}}"), fixed(f"?{sign}")) for sign in DECIMALS]
    for sign in THOUSANDS:
        groups = f"-?{_HEAD}(?:[{sign}][0-9]{{3}})+"
        kinds.append((matches(body, groups), fixed(f"{sign}-")))
        kinds += [
            (matches(body, f"{groups}[{point}][0-9]+"), fixed(f"{sign}{point}")) for point in DECIMALS if point != sign
        ]
    for sign in DECIMALS:
        kinds.append((matches(body, f"-?(?:0|[1-9][0-9]*)[{sign}][0-9]+"), fixed(f"-{sign}")))
    return case(*kinds, else_=None)


class Unproved(Exception):
    """No format is proved; `words` show why, `contradict` when they prove different ones."""

    def __init__(self, words: list[Example], *, contradict: bool) -> None:
        super().__init__()
        self.words = words
        self.contradict = contradict


def proved(kinds: dict[str, Example]) -> NumberFormat:
    """The one format that all words of a column allow, from an example of each kind.

    Raises:
        Unproved: none does, or several do.
    """
    thousands = _first(kinds, lambda kind: kind[0] if kind[0] not in "?-" else None)
    decimals = _first(kinds, lambda kind: kind[1] if kind[0] != "?" and kind[1] != "-" else None)
    for found in (thousands, decimals):
        if len(found) > 1:
            raise Unproved(list(found.values())[:2], contradict=True)
    both = thousands.keys() & decimals.keys()
    if both:
        raise Unproved([thousands[min(both)], decimals[min(both)]], contradict=True)
    thousand, decimal = next(iter(thousands), None), next(iter(decimals), None)
    unclear = {kind[1]: example for kind, example in kinds.items() if kind[0] == "?"}
    if unclear and thousand is None and decimal is None:
        raise Unproved(list(unclear.values()), contradict=False)
    if thousand is None and decimal is not None:
        thousand = next((sign for sign in unclear if sign != decimal), None)
    proof = next(iter((*thousands.values(), *decimals.values())), None)
    return NumberFormat(thousand, decimal, proof)


def _first(kinds: dict[str, Example], sign_of: Any) -> dict[str, Example]:
    found: dict[str, Example] = {}
    for kind, example in sorted(kinds.items(), key=lambda item: item[1].row):
        sign = sign_of(kind)
        if sign is not None:
            found.setdefault(sign, example)
    return found


def body_of(word: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first step of reading a word: itself as plain digits, else without currency and the like."""
    return case((matches(word, PLAIN), word), else_=_cleaned(word))


def digits_of(body: ColumnElement[Any], form: NumberFormat) -> ColumnElement[Any]:
    """The second step: the digits with a point, or null where the word is not in the format."""
    grouped = f"|{_HEAD}(?:[{form.thousands}][0-9]{{3}})+" if form.thousands else ""
    tail = f"(?:[{form.decimal}][0-9]+)?" if form.decimal else ""
    fits = matches(body, f"-?(?:[0-9]+{grouped}){tail}")
    if form.decimal and not form.is_sum:
        # 150,000 where the comma is the point: more likely thousands of the other style than 150 and three decimals
        fits = and_(fits, ~matches(body, f"-?{_HEAD}[{form.decimal}][0-9]{{3}}"))
    digits = body if form.thousands is None else func.replace(body, fixed(form.thousands), fixed(""))
    pointed = digits if form.decimal in (None, ".") else func.replace(digits, fixed(form.decimal), fixed("."))
    return case((matches(body, PLAIN), body), (fits, pointed), else_=None)


def exact_of(digits: ColumnElement[Any]) -> ColumnElement[Any]:
    """Digits as an exact decimal, or null."""
    plain = matches(digits, r"-?[0-9]{1,15}")
    short = matches(digits, r"-?[0-9]{1,12}\.[0-9]{1,4}")
    holds = matches(digits, r"-?0*[0-9]{1,15}(?:\.[0-9]{1,10}0*)?")
    # a text to a decimal of 38 digits takes 10 microseconds; by a whole number or one of 18 digits a hundredth of that
    return case(
        (plain, cast(cast(digits, BigInteger), EXACT)),
        (short, cast(cast(digits, Numeric(18, 4)), EXACT)),
        (holds, cast(digits, EXACT)),
        else_=None,
    )


def exact(word: ColumnElement[Any], form: NumberFormat) -> ColumnElement[Any]:
    """A word as an exact decimal, or null."""
    return exact_of(digits_of(body_of(word), form))


def whole(amount: ColumnElement[Any], scale: int) -> ColumnElement[Any]:
    """An exact decimal times the scale, where that is a whole number and not too large; else null."""
    scaled = cast(amount * scale, EXACT)
    good = and_(scaled % 1 == 0, func.abs(scaled) <= MOST_RUPIAH)
    return case((good, cast(scaled, BigInteger)), else_=None)


def whole_of(digits: ColumnElement[Any], scale: int) -> ColumnElement[Any]:
    """Digits as a whole number times the scale, or null."""
    plain = cast(digits, BigInteger) * scale
    inside = case((func.abs(plain) <= MOST_RUPIAH, plain), else_=None)
    quick = matches(digits, r"-?[0-9]{1,12}")
    return case((quick, inside), else_=whole(exact_of(digits), scale))


def reason(body: ColumnElement[Any], digits: ColumnElement[Any]) -> ColumnElement[Any]:
    """Why a word gave no number."""
    separated = matches(body, r"-?[0-9]{1,3}(?:[., '][0-9]{3})+(?:[.,][0-9]+)?|-?[0-9]+[.,][0-9]+")
    return case(
        (exact_of(digits) % 1 != 0, fixed(Reason.NOT_WHOLE)),
        (or_(digits.is_not(None), matches(body, "-?[0-9]+")), fixed(Reason.TOO_LARGE)),
        (separated, fixed(Reason.OTHER_NUMBER_FORMAT)),
        else_=fixed(Reason.NOT_A_NUMBER),
    )


def reason_of(word: ColumnElement[Any], form: NumberFormat) -> ColumnElement[Any]:
    """Why a word gave no number."""
    body = body_of(word)
    return reason(body, digits_of(body, form))
