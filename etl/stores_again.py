"""A store that was landed by its URL is opened again where it was. Its URL is remembered without the password."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from api.kernel.opening import open_source
from etl.sources.base import Origin, Source, SourceUnavailable
from etl.sources.sql import SqlSource
from startup import StartError

GIVE = "verify it by `python -m etl verify --url URL`"
PASSWORDS = "no password is remembered: libpq's password file, or MySQL's read_default_file in the URL, may hold it"


@contextmanager
def store_again(name: str, origin: Origin) -> Iterator[Source]:
    """The store of a source as it was landed, until the block ends.

    Raises:
        SourceUnavailable: where it was is not known, or it cannot be opened; says what to do.
    """
    if origin.url is None:
        raise SourceUnavailable(f"where the store {name} was landed from is not known; {GIVE}")
    try:
        engine = open_source(origin.url)
    except StartError as error:
        is_file = make_url(origin.url).get_backend_name() == "sqlite"
        raise SourceUnavailable(f"{error}; or {GIVE}" + ("" if is_file else f" ({PASSWORDS})")) from error
    try:
        yield SqlSource(engine, origin.url, name=name)
    finally:
        engine.dispose()
