"""Streamlit's own files, compressed once and kept in the data folder. Their names carry hashes: browsers keep them."""

import re
import shutil
import tempfile
from pathlib import Path

import brotli
import streamlit
import structlog
from servestatic import ServeStaticASGI
from servestatic.compress import Compressor
from starlette.types import ASGIApp

SOURCE = Path(streamlit.__file__).with_name("static") / "static"
PAGE = SOURCE.parent / "index.html"
COMPRESSED = ("*.js", "*.css", "*.svg")
BROTLI_QUALITY = 5  # 6.3 MB in half a second; 9 gives 6.1 MB in three
_HASHED = re.compile(r"\.[\w-]{8}\.\w+$")
_DAY = 24 * 3600
log = structlog.get_logger("dashboard.program_files")


class _Compressor(Compressor):  # type: ignore[misc]
    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        return bytes(brotli.compress(data, quality=BROTLI_QUALITY))


def prepare(folder: Path) -> Path | None:
    """The folder of the compressed files below `folder`, made when this version of Streamlit has none there.

    None where nothing can be written: then the files are served as they are.
    """
    target = folder / f"streamlit-{streamlit.__version__}"
    if target.is_dir():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as making:
            made = Path(making) / "made"
            shutil.copytree(SOURCE, made)
            compressor = _Compressor(use_zstd=False, quiet=True)
            for pattern in COMPRESSED:
                for path in made.rglob(pattern):
                    compressor.compress(path)
            _put_in_place(made, target)
    except OSError as error:
        log.warning("program files are served uncompressed", reason=str(error))
        return None
    return target


def _put_in_place(made: Path, target: Path) -> None:
    try:
        made.rename(target)
    except OSError:
        if not target.is_dir():  # else another process was faster with the same files
            raise


def serve_compressed(app: ASGIApp, folder: Path | None) -> ASGIApp:
    """`app`, with the files of `folder` answered at /static in the best encoding that the browser takes."""
    if folder is None:
        return app
    served: ASGIApp = ServeStaticASGI(
        app,
        root=folder,
        prefix="/static",
        max_age=_DAY,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
    )
    return served
