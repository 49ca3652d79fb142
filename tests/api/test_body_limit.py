"""A body that is too large is refused before it is read."""

from collections.abc import Iterator

from starlette.testclient import TestClient

from settings import Settings

MEGABYTE = 1024 * 1024
LOGIN = "/api/v1/login"


def test_a_body_that_says_it_is_too_large_is_refused(client: TestClient, settings: Settings) -> None:
    most = settings.proof_max_bytes + MEGABYTE
    headers = {"Content-Type": "application/json", "Content-Length": str(most + 1)}
    answer = client.post(LOGIN, headers=headers, content=b"{}")
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (413, 413, "failed")


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _turn in range(64):
            yield b" " * MEGABYTE

    answer = client.post(LOGIN, headers={"Content-Type": "application/json"}, content=endless())
    assert answer.status_code == 413


def test_what_is_just_not_too_large_is_read(client: TestClient, settings: Settings) -> None:
    body = b'{"username_email": "x", "password": "y"' + b" " * settings.proof_max_bytes + b"}"
    answer = client.post(LOGIN, headers={"Content-Type": "application/json"}, content=body)
    assert answer.status_code == 400
