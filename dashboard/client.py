"""The API as the screens see it: bearer token, request id and the envelope."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from dashboard import cookies
from dashboard.i18n import DEFAULT, language
from dashboard.runtime import runtime

SERVER_FAILED = 500  # from this status on nothing can be said of the request; below it the answer says what is wrong


class ApiError(RuntimeError):
    """A request without a good answer; `request_id` finds it in the API's log."""

    def __init__(self, message: str, request_id: str) -> None:
        super().__init__(message)
        self.request_id = request_id


class ApiUnreachable(ApiError):
    """The API did not answer; whether a write happened is then unknown, and its idempotency key makes a retry safe."""

    def __init__(self, request_id: str) -> None:
        super().__init__("the API did not answer", request_id)


class ApiUnreadable(ApiError):
    """The API answered with something else than this version of the screens knows."""


class ApiRefused(ApiError):
    """The API answered with an error envelope."""

    @property
    def names_nothing(self) -> bool:
        """Whether there is no such object: the id is unknown, or can be none."""
        return self.status in (404, 422)

    def __init__(self, status: int, message: str, code: int | str | None, data: Any, request_id: str) -> None:
        super().__init__(message, request_id)
        self.status = status
        self.message = message
        self.code = code
        self.data = data

    @property
    def sentence(self) -> str:
        """The message to stand alone: with a capital and a full stop, which the API's English has not."""
        return f"{self.message[:1].upper()}{self.message[1:].removesuffix('.')}."


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: `data` of the envelope, the whole `envelope`, and the ids that came in the headers."""

    data: Any
    envelope: dict[str, Any]
    request_id: str
    change_seq: int | None


class ApiClient:
    """Calls the API as one signed-in person, who reads its refusals in `language`."""

    def __init__(
        self, http: httpx.Client, token: str | None, application_id: str = "", language: str = DEFAULT
    ) -> None:
        self._http = http
        self._token = token
        self._application_id = application_id
        self._language = language

    def call(
        self, method: str, path: str, *, key: str | None = None, headers: dict[str, str] | None = None, **request: Any
    ) -> Answer:
        """One request; `path` is relative to /api, `key` is the Idempotency-Key.

        Raises:
            ApiRefused: for every answer that is not a good one.
            ApiUnreachable: when there is no answer.
        """
        named = {"Idempotency-Key": key} if key else {}
        response, request_id = self._send(method, path, {**(headers or {}), **named}, request)
        return _decoded(response, request_id)

    def download(self, path: str, **query: Any) -> tuple[bytes, str]:
        """A file and its media type.

        Raises:
            ApiRefused, ApiUnreachable: as `call` does.
        """
        response, request_id = self._send("GET", path, {}, {"params": query})
        if response.is_error:
            _decoded(response, request_id)
        return response.content, response.headers.get("Content-Type", "application/octet-stream")

    def _send(
        self, method: str, path: str, headers: dict[str, str], request: dict[str, Any]
    ) -> tuple[httpx.Response, str]:
        request_id = uuid4().hex
        sent = {"X-Request-Id": request_id, "Accept-Language": self._language, **headers}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if self._application_id:
            sent["X-Application-Id"] = self._application_id
        try:
            response = self._http.request(method, path, headers=sent, **request)
        except httpx.HTTPError as error:
            raise ApiUnreachable(request_id) from error
        return response, response.headers.get("X-Request-Id", request_id)


def _decoded(response: httpx.Response, request_id: str) -> Answer:
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiRefused(response.status_code, response.reason_phrase, None, None, request_id)
    if response.is_error:
        message = str(body.get("message") or response.reason_phrase)
        raise ApiRefused(response.status_code, message, body.get("code"), body.get("data"), request_id)
    landed = response.headers.get("X-Change-Seq", "")
    return Answer(body.get("data"), body, request_id, int(landed) if landed.isdigit() else None)


def api_for(token: str | None) -> ApiClient:
    """The API as the holder of `token` (None for calls that need none), in the reader's language of now."""
    parts = runtime()
    applications = sorted(parts.settings.known_applications)
    return ApiClient(parts.api_client, token, applications[0] if applications else "", language())


def api() -> ApiClient:
    """The API as the person who has the page open."""
    return api_for(cookies.session_token())
