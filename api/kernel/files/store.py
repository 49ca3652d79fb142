"""Where uploaded files are kept: any fsspec URL, such as a folder or s3://bucket/folder, each file under its hash."""

import os
import tempfile
from pathlib import Path

import fsspec
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from api.kernel.errors import Unavailable


class FileStore:
    """A folder of files named by their SHA-256."""

    def __init__(self, url: str) -> None:
        self._files: fsspec.AbstractFileSystem
        self._folder: str
        self._files, self._folder = _s3(url) if url.startswith("s3://") else url_to_fs(url)

    def _path(self, sha256: str) -> str:
        return f"{self._folder.rstrip('/')}/{sha256}"

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a file durably; a half-written one is never seen under its name.

        Raises:
            Unavailable: the store does not take it; nothing was changed.
        """
        try:
            if self._files.exists(self._path(sha256)):
                return
            if isinstance(self._files, LocalFileSystem):
                _write_durably(Path(self._path(sha256)), content)
            else:
                self._files.pipe_file(self._path(sha256), content)  # one object, whole or not at all
        except OSError as error:
            raise Unavailable(
                "the file cannot be stored now: {error}; try again", error=type(error).__name__
            ) from error

    def get(self, sha256: str) -> bytes:
        """A kept file.

        Raises:
            Unavailable: it cannot be read.
        """
        try:
            content: bytes = self._files.cat_file(self._path(sha256))
        except OSError as error:
            name = type(error).__name__
            raise Unavailable("the file {file} cannot be read now: {error}", file=sha256[:12], error=name) from error
        return content


def _s3(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """S3 through pyarrow, which is installed anyway. Keys: of fsspec's settings, else where AWS's tools keep them."""
    from fsspec.implementations.arrow import ArrowFSWrapper
    from pyarrow.fs import S3FileSystem

    given = fsspec.config.conf.get("s3", {})
    options = {
        "access_key": given.get("key"),
        "secret_key": given.get("secret"),
        "session_token": given.get("token"),
        "endpoint_override": given.get("endpoint_url"),
        "region": given.get("client_kwargs", {}).get("region_name"),
        "anonymous": given.get("anon"),
    }
    files = S3FileSystem(**{name: value for name, value in options.items() if value is not None})
    return ArrowFSWrapper(files), url.removeprefix("s3://")


def _write_durably(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
        part.write(content)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
