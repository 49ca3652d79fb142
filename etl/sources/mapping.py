"""The YAML mapping of a file source: which files, and how their columns become those of the jobs."""

import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)

from etl.files.encodings import codec_of
from etl.files.tables import NO_DELIMITERS, OWN_COLUMNS
from etl.sources.dates import EXCEL, pattern_of
from etl.sources.places import MappingError, Place, Places, read_yaml
from etl.sources.wording import said

__all__ = ["Files", "Join", "Mapping", "MappingError", "Numbers", "TargetColumn", "TargetMapping", "load_mapping"]


def _constant(value: object) -> object:
    """A text, a whole number, true or false, or nothing."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, list | dict):
        raise ValueError(f"one word is needed, and here is a {'list' if isinstance(value, list) else 'map'}")
    kind = "a number with decimals" if isinstance(value, float) else "a day"
    raise ValueError(f'YAML reads {value} as {kind}; write it in quotes: "{value}"')


def _sheets(value: object) -> object:
    names = [value] if isinstance(value, str) else value
    if value is None or (isinstance(names, list) and names and all(isinstance(each, str) for each in names)):
        return value
    raise ValueError('write `all`, or the names of sheets as texts, such as [Okt, Nov] or ["1", "2"]')


Constant = Annotated[Any, BeforeValidator(_constant)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Numbers(_Strict):
    """How numbers are written; a separator that is not named does not occur."""

    thousands: Literal[".", ",", " ", "'"] | None = None
    decimal: Literal[".", ","] | None = None

    @model_validator(mode="after")
    def _differ(self) -> "Numbers":
        if self.thousands is not None and self.thousands == self.decimal:
            raise ValueError("thousands and decimal must differ")
        return self


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _known_formats(formats: list[str]) -> list[str]:
    for each in formats:
        if each != EXCEL:
            pattern_of(each)
    return formats


Words = Annotated[list[str], BeforeValidator(_listed)]


class Formats(_Strict):
    """How words are read: of an input, or of one target column.

    `numbers` and `dates` ("%d/%m/%Y", "excel" for Excel's numbers of days) are needed where the column itself does not
    prove its format. `missing_words` mean the same as an empty field.
    """

    numbers: Numbers | None = None
    dates: Words = []
    missing_words: Words = []

    @field_validator("dates")
    @classmethod
    def _dates_known(cls, formats: list[str]) -> list[str]:
        return _known_formats(formats)


class Files(Formats):
    """One input table: files by glob, several are appended. `columns` must be there, in any order.

    `rows: items`: the lines of a `key` are one row. The columns of `carry_down` say the same on each line or are blank,
    those of `sum` are added up, of the others the first that is filled counts.
    """

    files: Words = Field(min_length=1)
    columns: list[str] = Field(min_length=1)
    delimiter: str | None = None
    encoding: str | None = None
    sheets: Annotated[Any, BeforeValidator(_sheets)] = None
    rows: Literal["items"] | None = None
    key: str | None = None
    carry_down: list[str] = []
    sum: list[str] = []

    @field_validator("files")
    @classmethod
    def _within_the_folder(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            path = PurePosixPath(pattern)
            outside = not path.parts or path.is_absolute() or ".." in path.parts
            if not pattern.strip() or outside or "\0" in pattern:
                raise ValueError(f"{pattern!r} must be a name or pattern within the folder, such as orders*.csv")
            if any("**" in part and part != "**" for part in path.parts):
                raise ValueError(
                    f"{pattern!r}: ** stands for folders, as in **/orders*.csv; write * for a part of a name"
                )
        return patterns

    @field_validator("delimiter")
    @classmethod
    def _one_sign(cls, delimiter: str | None) -> str | None:
        if delimiter is not None and (len(delimiter) != 1 or delimiter in NO_DELIMITERS):
            raise ValueError(f'{delimiter!r} is not one sign such as ";" or "\\t"')
        return delimiter

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            codec_of(encoding)
        return encoding

    @field_validator("columns")
    @classmethod
    def _named_once(cls, columns: list[str]) -> list[str]:
        if not all(name.strip() for name in columns):
            raise ValueError("a column without a name stands here; remove it")
        small = [name.lower() for name in columns]
        twice = sorted({name for name in columns if small.count(name.lower()) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands here more than once")
        own = [name for name in columns if name.lower() in OWN_COLUMNS]
        if own:
            raise ValueError(
                f"{own[0]} is the name of a column of the reading; write `{own[0]} (1)` for that of the file"
            )
        return columns

    @model_validator(mode="after")
    def _whole(self) -> "Files":
        if self.rows == "items" and self.key is None:
            raise ValueError("rows: items needs the column that the lines of one row share; add: key: COLUMN")
        if self.rows is None and (self.key or self.carry_down or self.sum):
            raise ValueError("key, carry_down and sum belong to rows: items; add: rows: items")
        both = [name for name in self.sum if name == self.key or name in self.carry_down]
        if both:
            raise ValueError(f"{both[0]} is to be added up, so it cannot be the key or carried down as well")
        return self


class Join(_Strict):
    """Another input joined to the main one; `match` maps its columns to columns of the main one.

    `first_by`: only its first row per key, in the order of this column. `sum`: these columns are added up per key.
    """

    input: str
    match: dict[str, str] = Field(min_length=1)
    first_by: str | None = None
    sum: list[str] = []


_OF_WORDS = ("values", "otherwise", "missing", "plus", "scale")


class TargetColumn(Formats):
    """One target column: from `column` (or `input.column`) or a `value`; then value map, time zone, or money scale.

    `missing` stands for an empty one, of `plus` too; `plus` names a money column that is added before the scale.
    `time_zone` is that of words which name none.
    """

    column: str | None = None
    value: Constant = None
    values: dict[str, Constant] = {}
    otherwise: Constant = None
    time_zone: str | None = None
    missing: str | None = None
    plus: str | None = None
    scale: int | None = Field(default=None, strict=True, ge=1, le=1_000_000)
    key_of: str | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"unknown time zone {zone!r}; use a name such as Asia/Jakarta") from None
        return zone

    @model_validator(mode="after")
    def _one_origin(self) -> "TargetColumn":
        if (self.column is None) == ("value" not in self.model_fields_set):
            raise ValueError("give either column or value")
        if self.plus is not None and (self.values or self.key_of):
            raise ValueError("plus adds amounts; it does not go with values or key_of")
        given = self.model_fields_set
        if "otherwise" in given and not self.values:
            raise ValueError("otherwise stands for words that are not in values; add values or remove it")
        idle = [name for name in (*_OF_WORDS, *Formats.model_fields) if name in given]
        read = [name for name in ("scale", "numbers", "dates", "time_zone", "missing_words") if name in given]
        if self.values and read:
            raise ValueError(f"values says what each word means, so that {read[0]} is never asked; remove one of them")
        if self.column is None and idle:
            raise ValueError(f"{idle[0]} is about the words of a column, and a value has none; remove it")
        return self


class TargetMapping(_Strict):
    """One target table from a main input and its joins. `where` keeps rows whose column has one of the values,
    `present` those whose columns are filled. Rows of one key that differ are set aside, unless `repeats` says that the
    first or the last counts."""

    input: str
    joins: list[Join] = []
    where: dict[str, list[str]] = {}
    present: list[str] = []
    repeats: Literal["first", "last"] | None = None
    columns: dict[str, TargetColumn] = Field(min_length=1)


class Mapping(_Strict):
    """A file source. `name` becomes the `source` of its rows."""

    name: str = Field(pattern="^[a-z][a-z0-9_]{0,30}$")
    inputs: dict[str, Files] = Field(min_length=1)
    tables: dict[str, Annotated[list[TargetMapping], Field(min_length=1)]] = Field(min_length=1)
    _places: Places = PrivateAttr(default_factory=Places)

    @field_validator("name")
    @classmethod
    def _not_a_store(cls, name: str) -> str:
        if name in ("store", "sql"):
            raise ValueError(f"the name {name!r} is that of a store; give the files another")
        return name

    @field_validator("inputs")
    @classmethod
    def _plain_names(cls, inputs: dict[str, Files]) -> dict[str, Files]:
        odd = [name for name in inputs if not re.fullmatch(r"\w+", name)]
        if odd:
            raise ValueError(f"{odd[0]!r} is no name of an input; write letters, digits and _ only")
        small = [name.lower() for name in inputs]
        twice = [name for name in inputs if small.count(name.lower()) > 1]
        if twice:
            raise ValueError(f"{' and '.join(twice)} differ in capitals only; give one another name")
        return inputs

    def at(self, place: Place) -> str:
        """A place of the mapping by file and line."""
        return self._places.named(place)


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping.

    Raises:
        MappingError: naming the file and every wrong place in it with its line.
    """
    content, places = read_yaml(path, "mapping")
    if not isinstance(content, dict):
        raise MappingError(f"the mapping {path} must have name, inputs and tables; see docs/examples/olist.yaml")
    try:
        mapping = Mapping.model_validate(content)
    except ValidationError as error:
        wrong = [said(each, places, Mapping) for each in error.errors()]
        raise MappingError(f"the mapping {path} is wrong:\n  " + "\n  ".join(dict.fromkeys(wrong))) from None
    mapping._places = places
    return mapping
