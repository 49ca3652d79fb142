import hashlib
from collections.abc import Iterator
from pathlib import Path

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer

from api.kernel.errors import Unavailable
from api.kernel.files.store import FileStore

CONTENT = b"a proof"
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def s3_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a real HTTP server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {"endpoint_url": f"http://{host}:{port}", "region_name": "us-east-1"}
    keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s"}
    boto3.client("s3", **given, **keys).create_bucket(Bucket="bukti")
    monkeypatch.setitem(
        fsspec.config.conf,
        "s3",
        {
            "key": "k",
            "secret": "s",
            "endpoint_url": given["endpoint_url"],
            "client_kwargs": {"region_name": given["region_name"]},
        },
    )
    yield "s3://bukti/proofs"
    server.stop()


def test_a_folder_keeps_a_file_under_its_hash(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "proofs"))
    store.put(SHA, CONTENT)
    store.put(SHA, CONTENT)
    assert store.get(SHA) == CONTENT
    assert [file.name for file in (tmp_path / "proofs").iterdir()] == [SHA]


def test_an_s3_bucket_keeps_a_file_under_its_hash(s3_url: str) -> None:
    store = FileStore(s3_url)
    store.put(SHA, CONTENT)
    assert FileStore(s3_url).get(SHA) == CONTENT
    with pytest.raises(Unavailable, match="cannot be read"):
        store.get("0" * 64)


def test_a_store_that_takes_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    store = FileStore(str(tmp_path / "file" / "proofs"))
    with pytest.raises(Unavailable, match="cannot be stored now"):
        store.put(SHA, CONTENT)
