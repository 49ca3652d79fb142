"""How each bank wants its payout files: one YAML file per bank in profiles/, checked when it is loaded."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from api.domains.bank_accounts.banks import FILE as BANK_CODES
from api.domains.bank_accounts.banks import Bank, Banks, bank_key, load_banks, plain
from api.domains.payouts.errors import UnknownProfile
from texts import listed

BUILT_IN = Path(__file__).with_name("profiles")
MOST_RUPIAH = 10**15 - 1  # a spreadsheet keeps 15 digits
Kind = Literal["csv", "xlsx"]
T = TypeVar("T")

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FILE_FIELDS = frozenset({"batch", "date", "source_account"})
_ROW_FIELDS = frozenset(
    {"row", "reference", "amount", "account_no", "account_name", "bank_name", "bank_code", "bank_swift"}
    | {"email", "method"}
)


class ProfileError(ValueError):
    """A profile cannot be used; the message names the file, the field and what it must be."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceBank(_Part):
    """The bank that pays; its name is that of a known bank, its aliases are other names of it."""

    name: str
    aliases: tuple[str, ...] = ()


class Cell(_Part):
    """Text with {fields}. `signs` are allowed beside the charset; `cut` shortens what is longer than the bank takes."""

    fields: ClassVar[frozenset[str]] = _FILE_FIELDS | {"count", "total"}
    value: str = ""
    max_length: int | None = Field(None, gt=0)
    charset: Literal["any", "ascii", "upper", "digits"] = "any"
    signs: str = ""
    cut: bool = False

    @property
    def used(self) -> frozenset[str]:
        """The fields in it."""
        return frozenset(_PLACEHOLDER.findall(self.value))

    def filled(self, values: Mapping[str, str]) -> str:
        """The template with its fields' values."""
        return _PLACEHOLDER.sub(lambda field: values[field[1]], self.value)

    @model_validator(mode="after")
    def _closed(self) -> Self:
        if self.used - self.fields or set("{}") & set(_PLACEHOLDER.sub("", self.value)):
            raise ValueError(f"{self.value!r} must use only these fields: {', '.join(sorted(self.fields))}")
        return self


class Column(Cell):
    """A cell of every transfer."""

    fields: ClassVar[frozenset[str]] = _FILE_FIELDS | _ROW_FIELDS
    title: str


class Method(_Part):
    """A way to another bank, for at most `up_to` rupiah; None = any amount."""

    code: str
    up_to: int | None = Field(None, gt=0)


class Methods(_Part):
    """`own`: within the paying bank; `others`: the first that takes the amount."""

    own: str = ""
    others: tuple[Method, ...] = Field(min_length=1)


class Limits(_Part):
    """Most transfers and rupiah per file, most rupiah per transfer."""

    rows: int = Field(gt=0)
    total: int = Field(gt=0, le=MOST_RUPIAH)
    line: int = Field(gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.line > self.total:
            raise ValueError("line must not be more than total")
        return self


class ResultHeaders(_Part):
    """Titles of the result file's columns, the preferred first."""

    reference: tuple[str, ...] = Field(min_length=1)
    amount: tuple[str, ...] = Field(min_length=1)
    status: tuple[str, ...] = Field(min_length=1)
    account_no: tuple[str, ...] = ()
    account_name: tuple[str, ...] = ()
    message: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _refuse_repeated(title for titles in self.model_dump().values() for title in titles)
        return self


class ResultLayout(_Part):
    """How the bank's result is read: a status that is neither paid nor failed is unknown."""

    headers: ResultHeaders
    paid: tuple[str, ...] = Field(min_length=1)
    failed: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _refuse_repeated([*self.paid, *self.failed])
        return self


class Profile(_Part):
    """The layout of a bank's files, and the banks that it can pay to."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str
    bank: SourceBank | None = None
    formats: tuple[Kind, ...] = Field(min_length=1)
    delimiter: Literal[",", ";", "|", "\t"] = ","
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "ascii"] = "utf-8"
    line_ending: Literal["crlf", "lf"] = "crlf"
    sheet: str = Field("Data", pattern=r"^[A-Za-z0-9 ]{1,31}$")
    amount_format: Literal["integer", "decimals"] = "integer"
    date_format: Literal["%Y%m%d", "%Y-%m-%d", "%d%m%Y", "%d/%m/%Y", "%d-%m-%Y"] = "%Y-%m-%d"
    header: tuple[Cell, ...] = ()
    titles: bool = True
    columns: tuple[Column, ...] = Field(min_length=1)
    trailer: tuple[Cell, ...] = ()
    methods: Methods
    limits: Limits
    result: ResultLayout
    banks: Banks

    @model_validator(mode="after")
    def _pays(self) -> Self:
        missing = {"reference", "amount", "account_no"} - self.used
        if missing:
            raise ValueError(f"columns must use the fields {', '.join(sorted(missing))}")
        if self.bank is not None and self.banks.named(self.bank.name) is None:
            raise ValueError(f"bank.name must be one of {BANK_CODES}, not {self.bank.name!r}")
        return self

    @property
    def used(self) -> frozenset[str]:
        """The fields in all its cells."""
        return frozenset().union(*(cell.used for cell in (*self.header, *self.columns, *self.trailer)))

    def bank_of(self, name: str) -> Bank | None:
        """The bank of that name or alias."""
        if self.bank is not None and bank_key(name) in map(bank_key, self.bank.aliases):
            return self.banks.named(self.bank.name)
        return self.banks.named(name)

    def method(self, bank: Bank, amount: int) -> str | None:
        """The code of the way the money takes; None: no way takes the amount."""
        if self.bank is not None and bank == self.bank_of(self.bank.name):
            return self.methods.own
        return next((way.code for way in self.methods.others if way.up_to is None or amount <= way.up_to), None)


def _refuse_repeated(words: Iterable[str]) -> None:
    repeated = [word for word, count in Counter(map(plain, words)).items() if count > 1 or not word]
    if repeated:
        raise ValueError(f"each word must stand in one place and not be blank: {repeated}")


class BankProfiles(dict[str, Profile]):
    """The profiles by their keys."""

    def of(self, key: str) -> Profile:
        """The profile of that key.

        Raises:
            UnknownProfile: there is none.
        """
        if key not in self:
            raise UnknownProfile("profile must be one of {known}, not {key!r}", known=listed(sorted(self)), key=key)
        return self[key]


def load_profiles(extra: Path | None = None) -> BankProfiles:
    """The built-in profiles, and those of a deployment's folder, which replace built-in ones of the same name.

    Raises:
        ProfileError, BanksError: the folder is missing, or a file in it is wrong.
    """
    folders = [BUILT_IN] if extra is None else [BUILT_IN, extra]
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        raise ProfileError(f"{missing[0]}: must be a folder of bank profiles")
    paths = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in (".yaml", ".yml")]
    banks = load_banks(extra)
    return BankProfiles({path.stem: _load_profile(path, banks) for path in paths if path.name != BANK_CODES})


def _load_profile(path: Path, banks: Banks) -> Profile:
    data = _yaml(path)
    if isinstance(data, dict):
        given = {"key", "banks"} & data.keys()
        if given:
            raise ProfileError(f"{path}: {given.pop()}: must not be in the file")
        data = {**data, "key": path.stem, "banks": banks}
    return _checked(path, Profile.model_validate, data)


def _yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(f"{path}: must be readable YAML: {error}") from None


def _checked(path: Path, check: Callable[[Any], T], data: Any) -> T:
    try:
        return check(data)
    except ValidationError as error:
        raise ProfileError(f"{path}: {'; '.join(map(_written, error.errors()))}") from None


def _written(problem: ErrorDetails) -> str:
    field = ".".join(map(str, problem["loc"])) or "profile"
    return f"{field}: {problem['msg'].removeprefix('Value error, ').replace('Input should be', 'must be')}"
