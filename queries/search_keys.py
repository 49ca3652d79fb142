"""Keys under which things are found however they are written. ETL lands them beside the facts, the search asks by them.

A number (of an order, an airway bill, a ticket) is kept by its last run of digits, a whole number: comparing it reads a
sixth of what comparing texts does. A phone is kept as country code and number, without the 62 of Indonesia. A name is
in lower case, without accents, with single spaces and without signs that cannot be seen.
"""

import re
import unicodedata
from typing import Any

import phonenumbers
from sqlalchemy import BigInteger, ColumnElement, case, cast, func

_INDONESIA = 62
MOST_DIGITS = 18  # of a number: as many as surely fit a BIGINT
_LAST_DIGITS = "([0-9]{1,18})[^0-9]*$"
_UNSEEN = r"[\p{Cf}\p{Cc}]+"
_SPACES = r"[\s\p{Z}]+"
_LEAST_PHONE, _MOST_PHONE = 5, 17  # digits
_NOT_OF_PHONES = re.compile(r"[^\d\s+().\-/\u2010-\u2015]")


def number_key(column: ColumnElement[Any]) -> ColumnElement[int]:
    """The last run of digits of a number; null where it has none."""
    return cast(func.nullif(func.regexp_extract(column, _LAST_DIGITS, 1), ""), BigInteger)


def number_keys(text: str) -> tuple[int, ...]:
    """Under which keys a number that somebody typed may be kept: as it stands, and without its separators."""
    found = {re.search(_LAST_DIGITS, each) for each in (text, plain_number(text))}
    return tuple(sorted(int(match.group(1)) for match in found if match))


def plain_number(text: str) -> str:
    """A number in capitals, letters and digits of ASCII only: "kom 0012-3" is "KOM00123"."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def name_key(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """Names one after another, comparable with `typed_name`."""
    text: ColumnElement[Any] = func.concat_ws(" ", *columns)
    seen = func.regexp_replace(func.nfc_normalize(text), _UNSEEN, " ", "g")
    plain: ColumnElement[str] = func.trim(func.regexp_replace(func.strip_accents(func.lower(seen)), _SPACES, " ", "g"))
    return plain


def typed_words(text: str, most: int = 8) -> tuple[str, ...]:
    """The words that somebody typed, in which `name_key` is to be searched; their order says nothing."""
    seen = "".join(" " if unicodedata.category(sign) in ("Cf", "Cc") else sign for sign in text)
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", seen).lower())
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign) != "Mn")
    return tuple(dict.fromkeys(plain.split()[:most]))


def phone_key(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A phone as it is kept: 0812.., 62812.., +62 812.. are 812..; of other countries with their code."""
    digits: ColumnElement[str] = func.regexp_replace(column, "[^0-9]", "", "g")
    return case(
        *((digits.startswith(before), func.substr(digits, len(before) + 1)) for before in _BEFORE_NUMBERS),
        else_=digits,
    )


_BEFORE_NUMBERS = ("00620", "0062", "00", "620", "62", "0")  # the longest first


def typed_phone(text: str) -> str | None:
    """The key of a phone that somebody typed, or of its beginning; None for what is no phone."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    digits = re.sub(r"\D", "", plain)
    if _NOT_OF_PHONES.search(plain) or not _LEAST_PHONE <= len(digits) <= _MOST_PHONE or not digits.isdecimal():
        return None
    try:
        parsed = phonenumbers.parse(re.sub(r"^\s*00", "+", plain), "ID")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is not None and phonenumbers.is_possible_number(parsed):
        number = phonenumbers.national_significant_number(parsed)
        return number if parsed.country_code == _INDONESIA else f"{parsed.country_code}{number}"
    digits = "".join(str(int(sign)) for sign in digits)
    before = next((each for each in _BEFORE_NUMBERS if digits.startswith(each)), "")
    return digits[len(before) :] or None
