"""The banks that are known, by every name that people write: one YAML file, checked when it is loaded."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

FILE = "bank_codes.yaml"
_COMPANY = frozenset({"bank", "pt", "tbk", "persero"})


class BanksError(ValueError):
    """A list of banks cannot be used; the message names the file and what is wrong."""


class Bank(BaseModel):
    """A bank, its clearing code and, where known, its SWIFT code."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^[0-9]{3}$")
    name: str
    swift: str = Field("", pattern=r"^([A-Z]{6}[A-Z0-9]{2})?$")
    aliases: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Words in small letters, so that spelling, signs and spaces do not matter when titles are compared."""
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def bank_key(name: str) -> str:
    """A bank's name without what companies add: "PT Bank Mandiri (Persero) Tbk" is "mandiri"."""
    return " ".join(word for word in plain(name).split() if word not in _COMPANY)


class Banks:
    """Known banks."""

    def __init__(self, by_key: Mapping[str, Bank]) -> None:
        self._by_key = dict(by_key)

    def named(self, name: str) -> Bank | None:
        """The bank of that name or alias."""
        return self._by_key.get(bank_key(name))

    def coded(self, code: str) -> Bank | None:
        """The bank of that short name, clearing code or SWIFT code."""
        return self.named(code) or next((bank for bank in self if code.upper() in (bank.code, bank.swift)), None)

    def are_same(self, one: str, other: str) -> bool:
        """Whether two names are of one bank: BCA is Bank Central Asia."""
        first = self.named(one)
        return bank_key(one) == bank_key(other) or (first is not None and first == self.named(other))

    def __iter__(self) -> Iterator[Bank]:
        return iter(dict.fromkeys(self._by_key.values()))


def load_banks(extra: Path | None = None) -> Banks:
    """The built-in banks, and those of a file in a deployment's folder, which replace built-in ones of the same names.

    Raises:
        BanksError: a file cannot be read, or is wrong.
    """
    known = _load(Path(__file__).with_name(FILE))
    if extra is not None and (extra / FILE).exists():
        known |= _load(extra / FILE)
    return Banks(known)


def _load(path: Path) -> dict[str, Bank]:
    try:
        banks = TypeAdapter(tuple[Bank, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BanksError(f"{path}: must be readable YAML: {error}") from None
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise BanksError(f"{path}: {problems.replace('Input should be', 'must be')}") from None
    known: dict[str, Bank] = {}
    for bank in banks:
        for name in (bank.name, *bank.aliases):
            if known.setdefault(bank_key(name), bank) is not bank:
                raise BanksError(f"{path}: {name!r} must be the name or alias of one bank only")
    return known
