"""Files that were landed before are read again where they were, or it is said what to give.

Tables that were made anew lack the rows that came from files, and every night files are compared with what is landed.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select, update

from etl import runlog
from etl.runner import LANDING_ERRORS, Runner
from etl.sources.base import Origin, Source
from etl.sources.mapping import MappingError, load_mapping
from etl.state import state_of
from queries.engine import Warehouse
from queries.schema import due_tables
from queries.schema.changes import COMPUTED, SQL_SOURCES

log = structlog.get_logger("etl")


def land_due_files(warehouse: Warehouse, now: Callable[[], datetime]) -> None:
    """Land every file source that is due and still where it was; the others keep a note of what to do."""
    with warehouse.read() as connection:
        due = set(connection.scalars(select(due_tables.c.source))) - {COMPUTED, *SQL_SOURCES}
        origins = {source: state_of(connection, source).origin for source in sorted(due)}
    for source, origin in origins.items():
        try:
            Runner(warehouse, source_again(source, origin), now).run()
        except LANDING_ERRORS as error:
            note = runlog.said(error)
            log.warning("files cannot be read again", source=source, reason=note)
            with warehouse.write() as connection:
                connection.execute(update(due_tables).where(due_tables.c.source == source).values(note=note))


def source_again(name: str, origin: Origin) -> Source:
    """A file source as it was landed.

    Raises:
        MappingError: where it was is not known, or cannot be read any more; says what to do.
    """
    from etl.sources.files import FileSource  # with a reader for each kind of file, and few starts need it

    mapping_file = Path(origin.mapping_file or "FILE")
    folder = Path(origin.folder or "DIR")
    give = f"give its files again: `python -m etl run --source files --mapping {mapping_file} --path {folder}`"
    if origin.mapping_file is None or origin.folder is None:
        raise MappingError(f"where the files of {name} were read from is not known; {give}")
    for place in (mapping_file, folder):
        if not _is_there(place, name, give):
            raise MappingError(f"{place} of {name} is not there any more; put it back, or {give}")
    try:
        return FileSource(load_mapping(mapping_file), folder, mapping_file)
    except MappingError as error:
        raise MappingError(f"{error}; {give}") from error


def _is_there(place: Path, name: str, give: str) -> bool:
    try:
        return place.exists()
    except OSError as error:
        why = f"{place} of {name} cannot be read ({error.strerror})"
        raise MappingError(f"{why}; give this user the right to read it, or {give}") from error
