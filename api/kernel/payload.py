"""The fields that a request sends: as JSON, as a form or as multipart, for every write alike.

One rule for text, wherever it stands: UTF-8, without NUL, without halves of characters (lone surrogates).
"""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError, model_validator
from pydantic_core import CoreSchema, core_schema
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.kernel.errors import Invalid
from texts import Text, TextError

M = TypeVar("M", bound=BaseModel)
JSON, FORM, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
CHARSETS = ("utf-8", "utf8", "us-ascii")
MOST_FIELDS, MOST_FILES, MOST_DEPTH = 1000, 20, 50
MOST_PART = 2 * 1024 * 1024  # bytes of a field that is no file


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body, whole."""

    name: str
    content: bytes

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(_as_upload)

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "format": "binary"}


def _as_upload(value: object) -> Upload:
    if not isinstance(value, Upload):
        raise TextError("send a file, in a multipart body")
    return value


class Fields(BaseModel):
    """Base of bodies. Unknown fields are ignored; null and blank mean the same as absent where a field is optional,
    but for those in `blank_counts`, where a blank takes away what is there."""

    blank_counts: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        optional = {field.alias or name for name, field in cls.model_fields.items() if not field.is_required()}
        optional -= cls.blank_counts
        dropped = {name for name in optional if data.get(name) is None or data[name] == ""}
        return {name: value for name, value in data.items() if name not in dropped}


def field_refused(name: str, problem: Text) -> Invalid:
    """One field cannot be used; it is named in the message and in `data.errors`."""
    return Invalid("{name}: {problem}", {"errors": {name: problem}}, name=name, problem=problem)


async def payload(request: Request) -> dict[str, Any]:
    """The fields of the body; a name that comes more than once in a form has a list. Without a body there are none.

    Raises:
        Invalid: the body is of another kind than its Content-Type says, or its text breaks the rule above.
    """
    kind, charset = _content_type(request.headers.get("Content-Type", ""))
    if charset not in CHARSETS:
        raise Invalid("send text as UTF-8, not as {charset}", charset=charset)
    if kind == MULTIPART:
        fields = await _multipart(request)
    else:
        body = await request.body()
        fields = _form(body) if kind == FORM else _json(body)
    check_text(fields)
    return fields


def _content_type(header: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = header
    return message.get_content_type(), str(message.get_param("charset", "utf-8")).lower()


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Invalid("the body is not JSON; send an object such as {example}", example='{"name": "value"}') from None
    if not isinstance(found, dict):
        raise Invalid("the body is not JSON; send an object such as {example}", example='{"name": "value"}')
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        raise field_refused(next(name for name in names if names.count(name) > 1), Text("send one value, not several"))
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)  # NaN and Infinity are no JSON


def _form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeError:
        raise Invalid("send text as UTF-8") from None
    except ValueError:
        raise Invalid("the form has too many fields") from None
    return _gathered(pairs)


async def _multipart(request: Request) -> dict[str, Any]:
    try:
        form = await _Parser(request).parse()
    except UnicodeDecodeError:
        raise Invalid("send text as UTF-8") from None
    except (MultiPartException, KeyError) as error:
        reason = getattr(error, "message", "Missing boundary in multipart.")
        raise Invalid("the multipart body cannot be read: {reason}", reason=reason) from None
    pairs: list[tuple[str, Any]] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            pairs.append((name, Upload(value.filename or "", await value.read())))
            await value.close()
        else:
            pairs.append((name, value))
    return _gathered(pairs)


class _Parser(MultiPartParser):
    """Starlette's parser, which takes bytes that are not UTF-8 for Latin-1; here they are refused."""

    spool_max_size = 2**31  # the body is in memory and was measured already

    def __init__(self, request: Request) -> None:
        super().__init__(
            request.headers, _whole(request), max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_PART
        )

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            self._current_part.data.decode()
        super().on_part_end()


async def _whole(request: Request) -> AsyncGenerator[bytes]:
    yield await request.body()
    yield b""


def _gathered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            found.setdefault(name.removesuffix("[]"), []).append(value)
        elif name in found:
            found[name] = [*found[name], value] if isinstance(found[name], list) else [found[name], value]
        else:
            found[name] = value
    return found


def check_text(value: Any, where: str = "", depth: int = 0) -> None:
    """Look through the fields of a request.

    Raises:
        Invalid: naming the first field with text that not every store and reader can hold.
    """
    if depth > MOST_DEPTH:
        raise field_refused(where.split(".")[0], Text("too many levels of lists and objects"))
    if isinstance(value, dict):
        for name, each in value.items():
            _check(name, name.encode(errors="replace").decode())
            check_text(each, f"{where}.{name}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for each in value:
            check_text(each, where, depth + 1)
    elif isinstance(value, Upload):
        _check(value.name, where)
    elif isinstance(value, str):
        _check(value, where)


def _check(text: str, name: str) -> None:
    if "\0" in text:
        raise field_refused(name, Text("the text has a NUL sign in it, which no database keeps"))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise field_refused(name, Text("the text has half of a character in it; send UTF-8")) from None


class Sent(Generic[M]):
    """A dependency that gives the body as `model`: `StoreBody = Annotated[Store, Depends(Sent(Store))]`."""

    def __init__(self, model: type[M]) -> None:
        self.model = model

    async def __call__(self, fields: Annotated[dict[str, Any], Depends(payload)]) -> M:
        """The model.

        Raises:
            RequestValidationError: as FastAPI does for the bodies that it reads itself.
        """
        try:
            return self.model.model_validate(fields)
        except ValidationError as error:
            problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
            raise RequestValidationError(problems) from None

    @property
    def documentation(self) -> dict[str, Any]:
        """The `requestBody` of the API's description."""
        schema = {"schema": self.model.model_json_schema(ref_template="#/components/schemas/{model}")}
        return {"required": True, "content": dict.fromkeys((JSON, MULTIPART, FORM), schema)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sent) and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.model)


Payload = Annotated[dict[str, Any], Depends(payload)]


async def says_put(fields: Payload) -> None:
    """A POST in place of PUT.

    Raises:
        Invalid: it does not say so.
    """
    if str(fields.get("_method", "")).lower() != "put":
        raise Invalid("send PUT, or POST with the form field _method=put")
