"""The YAML mapping of a file source: which files, and how their columns become those of the jobs."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class MappingError(ValueError):
    """The mapping or a file of it is wrong; the message says which thing, why, and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Files(_Strict):
    """One input table: files by glob, several are appended. `columns` must be there, in any order."""

    files: list[str] = Field(min_length=1)
    columns: list[str] = Field(min_length=1)
    delimiter: str | None = None
    encoding: str | None = None


class Join(_Strict):
    """Another input joined to the main one; `match` maps its columns to columns of the main one.

    `first_by`: only its first row per key, in the order of this column.
    """

    input: str
    match: dict[str, str]
    first_by: str | None = None
    sum: list[str] = []


class TargetColumn(_Strict):
    """One target column: from `column` (or `input.column`) or a `value`; then value map, time zone, or money scale.

    `missing` stands for an empty one, of `plus` too; `plus` names a money column that is added before the scale.
    """

    column: str | None = None
    value: str | int | bool | None = None
    values: dict[str, str | int | bool | None] = {}
    otherwise: str | int | bool | None = None
    time_zone: str | None = None
    missing: str | None = None
    plus: str | None = None
    scale: int | None = None
    key_of: str | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError):
                raise ValueError(f"unknown time zone {zone!r}; use a name such as Asia/Jakarta") from None
        return zone


class TargetMapping(_Strict):
    """One target table from a main input and its joins. `where` keeps rows whose column has one of the values,
    `present` those whose columns are filled."""

    input: str
    joins: list[Join] = []
    where: dict[str, list[str]] = {}
    present: list[str] = []
    columns: dict[str, TargetColumn]


class Mapping(_Strict):
    """A file source. `name` becomes the `source` of its rows."""

    name: str = Field(pattern="^[a-z][a-z0-9_]{0,30}$")
    inputs: dict[str, Files]
    tables: dict[str, list[TargetMapping]]

    @field_validator("name")
    @classmethod
    def _not_the_store(cls, name: str) -> str:
        if name == "store":
            raise ValueError("the name 'store' is the operational store's")
        return name


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping.

    Raises:
        MappingError: naming the file and every wrong place in it.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MappingError(f"there is no mapping {path}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"the mapping {path} is not readable YAML: {error}") from None
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        places = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        raise MappingError(f"the mapping {path} is wrong:\n  " + "\n  ".join(places)) from None
