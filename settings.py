"""Every setting of the product, read once from the environment and `.env`, typed and checked at start.

The three parts (api, etl, dashboard) start together or alone and must agree on these, so they live below all of them.
"""

import re
from datetime import UTC, datetime, time
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from queries.wib import WIB

DEMO_SIGNING_KEY = "demo-only-secret-never-use-it-with-real-data"
_ORIGIN = re.compile(r"https?://[^/\s,*]+")
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")
STORES = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def listed(value: str) -> list[str]:
    """The parts of a comma separated setting."""
    return [part.strip() for part in value.split(",") if part.strip()]


class SettingsError(RuntimeError):
    """A setting is missing or wrong; the message names each one and says what it must be."""


class Settings(BaseSettings):
    """The settings; each field is the environment variable KOMSHIP_<NAME>, except PORT."""

    model_config = SettingsConfigDict(
        env_prefix="KOMSHIP_", env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    data_dir: Path = Field(Path("var"), description="Folder of the SQLite store, the warehouse file and the proofs.")
    database_url: str = Field("", description="Operational store, SQLAlchemy URL; default: SQLite in the data folder.")
    warehouse_url: str = Field(
        "", description="Warehouse, duckdb:///PATH; default: warehouse.duckdb in the data folder."
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs the session tokens, at least 32 characters.")
    demo_orders: int = Field(20_000, ge=0, le=10_000_000, description="Demo orders of a first start; 0 = no demo data.")
    demo_seed: int = Field(7, ge=0, description="Seed of the demo data.")
    demo_password: SecretStr = Field(SecretStr("komship-demo"), description="Password of all demo accounts.")
    demo_public: bool = Field(False, description="Allow demo accounts on an address that others can reach.")
    today: datetime | None = Field(None, description='A fixed "now", ISO 8601, for tests and demos.')
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8501, ge=1, le=65535, validation_alias="PORT", description="Port to listen on (variable PORT).")
    api_url: str = Field(
        "", description="Where the dashboard finds the API when it starts alone, such as http://host/api."
    )
    application_ids: str = Field(
        "", description="Known X-Application-Id values, comma separated; empty = not required."
    )
    allowed_origins: str = Field(
        "", description="Web sites whose pages may call the API, such as https://app.example.com, comma separated."
    )
    trusted_proxies: str = Field(
        "127.0.0.1,::1", description="Addresses or networks of reverse proxies whose X-Forwarded- headers are believed."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token of /api/metrics; empty = only this machine may read them."
    )
    token_days: int = Field(
        30, ge=1, le=365, description="Days until a token that is not used expires; use prolongs it."
    )
    proof_max_bytes: int = Field(5 * 1024 * 1024, ge=1024, description="Largest transfer proof, bytes.")
    proof_url: str = Field(
        "",
        description="Where proofs are kept: a folder, or s3://bucket/folder; default: proofs in the data folder.",
    )
    policy: Path | None = Field(
        None,
        description="YAML of approvals, risk, hours; default: api/domains/review/policy.yaml.",
    )
    bank_profiles: Path | None = Field(None, description="Folder of further bank file profiles (YAML).")
    name_check: str = Field("local", description="Check of account holders' names: local, or module:callable.")
    etl_interval: float = Field(
        5.0, gt=0, description="Seconds between looks at the source when nothing wakes the worker."
    )
    verify_at: str = Field(
        "02:00",
        pattern=r"^(never|([01]\d|2[0-3]):[0-5]\d)$",
        description="WIB time, HH:MM, at which every row is compared with the source each night; never = not at all.",
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("allowed_origins")
    @classmethod
    def _must_be_origins(cls, value: str) -> str:
        if wrong := [each for each in listed(value) if not _ORIGIN.fullmatch(each)]:
            raise ValueError(f"write https://HOST or https://HOST:PORT, comma separated, not {wrong[0]}")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _must_be_networks(cls, value: str) -> str:
        for each in listed(value):
            try:
                ip_network(each)
            except ValueError:
                raise ValueError(f"write addresses or networks such as 10.0.0.0/8, not {each}") from None
        return value

    @field_validator("today")
    @classmethod
    def _assume_wib(cls, value: datetime | None) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=WIB)

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            url = None
        if url is None or url.drivername not in STORES:
            raise ValueError("write sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE")
        return url.set(drivername=STORES[url.drivername]).render_as_string(hide_password=False)

    @field_validator("warehouse_url")
    @classmethod
    def _must_be_duckdb(cls, value: str) -> str:
        if value and not (value.startswith("duckdb:///") and value.removeprefix("duckdb:///")):
            raise ValueError("write duckdb:///PATH")
        return value

    @model_validator(mode="after")
    def _fill_and_refuse(self) -> Self:
        self.database_url = self.database_url or f"sqlite:///{self.data_dir / 'store.sqlite'}"
        self.warehouse_url = self.warehouse_url or f"duckdb:///{self.data_dir / 'warehouse.duckdb'}"
        self.proof_url = self.proof_url or str((self.data_dir / "proofs").absolute())
        secret = self.secret_key.get_secret_value()
        if not secret and self.demo_orders > 0:
            self.secret_key = SecretStr(DEMO_SIGNING_KEY)
        elif secret and len(secret) < 32:
            raise ValueError("KOMSHIP_SECRET_KEY must have at least 32 characters")
        if self.demo_orders > 0 and self.host not in LOOPBACK_HOSTS and not self.demo_public:
            raise ValueError(
                f"demo accounts would be reachable at {self.host}: set KOMSHIP_DEMO_ORDERS=0, "
                "or KOMSHIP_DEMO_PUBLIC=true if you mean it"
            )
        return self

    def require_signing_key(self) -> None:
        """For what signs or checks tokens.

        Raises:
            SettingsError: there is no key and no demo data.
        """
        if not self.secret_key.get_secret_value():
            raise SettingsError(
                "KOMSHIP_SECRET_KEY: set it to at least 32 random characters; it signs the sessions, "
                "and only demo data has a key of its own"
            )

    @property
    def known_applications(self) -> frozenset[str]:
        """The X-Application-Id values that may call; empty when the header is not required."""
        return frozenset(listed(self.application_ids))

    @property
    def warehouse_path(self) -> Path:
        """The DuckDB file behind `warehouse_url`."""
        return Path(self.warehouse_url.removeprefix("duckdb:///"))

    def verification_time(self) -> time | None:
        """The WIB time of the nightly verification; None: never."""
        return None if self.verify_at == "never" else time.fromisoformat(self.verify_at)

    def now(self) -> datetime:
        """The current instant in UTC, or the fixed one of KOMSHIP_TODAY."""
        return (self.today or datetime.now(UTC)).astimezone(UTC)


@cache
def load_settings() -> Settings:
    """Read the settings once.

    Raises:
        SettingsError: naming every wrong variable and what it must be.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    except (OSError, UnicodeError):
        raise SettingsError("the file .env cannot be read: save it as UTF-8 text that this user may read") from None


def _explain(error: ValidationError) -> str:
    problems = []
    for problem in error.errors():
        field = str(problem["loc"][0]) if problem["loc"] else ""
        name = "PORT: " if field in ("port", "PORT") else f"KOMSHIP_{field.upper()}: " if field else ""
        problems.append(f"{name}{problem['msg'].removeprefix('Value error, ')}")
    return "wrong settings: " + "; ".join(problems)
