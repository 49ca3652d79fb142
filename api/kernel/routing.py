"""A router that reads a route's signature: who may call, what is sent, what may be refused, and in which order.

The order of a request: the caller and its role; body and files, read and checked; then the transaction; last what needs
the transaction (`@within_transaction`). It is the same for every route, however its parameters are written.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Depends as DependsParam
from fastapi.params import ParamTypes

from api.kernel.answers import Failure
from api.kernel.errors import Conflict, Forbidden, Invalid, Refusal, Unauthenticated, Unavailable
from api.kernel.payload import Sent, field_refused, says_put
from api.kernel.read import Reads
from api.kernel.write import Writes
from texts import Text

F = TypeVar("F", bound=Callable[..., Any])
_WITHIN = "_within_transaction"
Responses = dict[int | str, dict[str, Any]]


def within_transaction(dependency: F) -> F:
    """Mark a dependency that needs the transaction of the request (`request.state.session`)."""
    setattr(dependency, _WITHIN, True)
    return dependency


def refusals(*kinds: type[Refusal]) -> Responses:
    """The `responses` of a route, from the types of its refusals."""
    found: Responses = {}
    for kind in kinds:
        known = found.setdefault(kind.status, {"model": Failure, "description": ""})
        summary = (inspect.getdoc(kind) or kind.__name__).splitlines()[0]
        known["description"] = f"{known['description']} {summary}".strip()
    return found


async def sound_query(request: Request) -> None:
    """A query that cannot be stored as text, or that comes twice where one value belongs, is refused.

    Raises:
        Invalid: naming the query.
    """
    given = request.query_params.multi_items()
    for name, value in given:
        if "\0" in value or "\ufffd" in value:
            raise field_refused(name, Text("send text as UTF-8, without NUL"))
    names = [name for name, _value in given]
    if len(set(names)) == len(names):
        return
    single = _single_queries(request.scope["route"])
    for name in names:
        if names.count(name) > 1 and name in single:
            raise field_refused(name, Text("send one value, not several"))


def _single_queries(route: Any) -> frozenset[str]:
    queries = [each for each in get_flat_params(route.dependant) if _is_query(each)]
    return frozenset(
        each.alias for each in queries if not str(each.field_info.annotation).startswith(("list", "tuple"))
    )


def _is_query(field: Any) -> bool:
    return getattr(field.field_info, "in_", None) is ParamTypes.query


class Router(APIRouter):
    """As APIRouter; the rest follows from the signature."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route, with its dependencies in order and its refusals documented."""
        parameters = inspect.signature(endpoint).parameters.values()
        hints = get_type_hints(endpoint, include_extras=True)
        marked = [(each, _dependency(hints.get(each.name))) for each in parameters]
        ordered = sorted(marked, key=lambda pair: _rank(pair[1]))
        annotated = [
            each.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[each.name]) for each, _mark in ordered
        ]
        signature = inspect.Signature(annotated, return_annotation=hints.get("return", inspect.Signature.empty))
        endpoint.__signature__ = signature  # type: ignore[attr-defined]
        calls = [dependency for _parameter, dependency in marked]
        first = [Depends(each.allowed) for each in calls if isinstance(each, Writes)]
        options["dependencies"] = [*first, Depends(sound_query), *(options.get("dependencies") or ())]
        options["responses"] = {**_refusals_of(calls), **(options.get("responses") or {})}
        bodies = [each.documentation for each in calls if isinstance(each, Sent)]
        if bodies:
            options["openapi_extra"] = {"requestBody": bodies[0], **(options.get("openapi_extra") or {})}
        super().add_api_route(path, endpoint, **options)

    def put_or_post(self, path: str, **options: Any) -> Callable[[F], F]:
        """A PUT that may also be a POST with the field _method=put."""

        def decorate(endpoint: F) -> F:
            self.add_api_route(path, endpoint, methods=["PUT"], **options)
            self.add_api_route(path, endpoint, methods=["POST"], dependencies=[Depends(says_put)], **options)
            return endpoint

        return decorate


def _dependency(hint: Any) -> Any:
    for mark in getattr(hint, "__metadata__", ()):
        if isinstance(mark, DependsParam):
            return mark.dependency
    return None


def _rank(dependency: Any) -> int:
    if isinstance(dependency, Reads):
        return 0  # its transaction blocks nobody
    if isinstance(dependency, Writes):
        return 2
    return 3 if hasattr(dependency, _WITHIN) else 1


def _refusals_of(dependencies: list[Any]) -> Responses:
    kinds: list[type[Refusal]] = [Invalid, Unavailable]
    for each in dependencies:
        if isinstance(each, Reads | Writes):
            kinds.append(Unauthenticated)
            kinds += [Forbidden] if each.allowed.roles else []
        if isinstance(each, Writes):
            kinds.append(Conflict)
    return refusals(*dict.fromkeys(kinds))
