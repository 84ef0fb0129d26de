"""Errors as ``application/problem+json``: a sentence in Indonesian, the field at fault, never a trace.

Source: RFC 9457.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from aiohttp import web
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.web.api.shapes import Problem, Wrong
from templates import sentence

MEDIA = "application/problem+json"
# By the beginning of pydantic's error type: the sentence of templates/reasons.yaml.
_CODES = {
    "missing": "asked-missing",
    "extra_forbidden": "asked-unknown",
    "json_": "body-unreadable",
    "string_too_long": "asked-long",
    "too_long": "asked-long",
    "string_too_short": "asked-short",
    "literal_error": "asked-not-a-choice",
    "less_than": "asked-outside",
    "greater_than": "asked-outside",
    "nothing-given": "nothing-given",
}
_MOST_ERRORS = 50
# Fields that name something of the office, and refusals that say it has no such thing.
_NAMED = frozenset({"kind", "procedure", "officer", "with", "through", "template"})
_UNKNOWN = frozenset({"agency-unknown", "window-closed", "template-value-missing"})


class Unsound(Exception):
    """A request that cannot be taken as it is: a status, a code with its sentence, what is at fault, headers."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: Iterable[Wrong] = (),
        headers: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.errors = status, code, tuple(errors)
        self.headers, self.values = dict(headers or {}), dict(values or {})


def of_unsound(error: Unsound) -> web.Response:
    """The answer to a request that could not be taken."""
    return _response(error.status, error.code, sentence(error.code, error.values), error.errors, headers=error.headers)


def of_refused(refused: Refused, *, version: int | None = None) -> web.Response:
    """The answer to a command that the record did not carry out."""
    message = sentence(refused.code, refused.values)
    wrong = (Wrong(field=refused.field, code=refused.code, message=message),)
    return _response(_status(refused), refused.code, message, wrong, version=version)


def of_status(error: web.HTTPException) -> web.Response:
    """The answer where aiohttp itself knew none: no such address, another method."""
    headers = {name: value for name, value in error.headers.items() if name in {"Allow", "Retry-After"}}
    code = {404: "address-missing", 405: "method-missing", 413: "upload-large"}.get(error.status, "request-unreadable")
    return _response(error.status, code, sentence(code), headers=headers)


def of_mishap(mark: str) -> web.Response:
    """What nobody foresaw; ``mark`` stands in the log beside its place."""
    return _response(500, "mishap", sentence("mishap", {"mark": mark}))


def unfit(error: ValidationError, place: str) -> Unsound:
    """What is wrong with a body or a query. ``place`` is where fields are, for the sentence of the whole."""
    details = error.errors(include_url=False, include_input=False, include_context=True)[:_MOST_ERRORS]
    unreadable = any(detail["type"].startswith("json_") for detail in details)
    code = "body-unreadable" if unreadable else f"{place}-unfit"
    return Unsound(400 if unreadable else 422, code, errors=[_wrong(detail) for detail in details])


def wrong(field: str, code: str) -> Wrong:
    """One thing at fault, in the words of its code."""
    return Wrong(field=field, code=code, message=sentence(code, {"label": field}))


def _wrong(detail: ErrorDetails) -> Wrong:
    field = ".".join(str(part) for part in detail["loc"])[:200]
    code = next((code for start, code in _CODES.items() if detail["type"].startswith(start)), "asked-unreadable")
    context = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    return Wrong(field=field, code=code, message=sentence(code, {"label": field, **context}))


def _status(refused: Refused) -> int:
    """409: the request is as described, and the record as it stands does not take it; 422: what was filled in is wrong.

    Naming an officer, an agency, a kind that the office has not is the former: no description of fields can tell. So is
    a window that has closed, and what a platform's template wants.
    """
    if refused.code == "cursor-unreadable":
        return 404
    sound = not refused.field or refused.field in _NAMED or refused.code in _UNKNOWN
    return {Forbidden: 403, Missing: 404, Stale: 409}.get(type(refused), 409 if sound else 422)


def _response(
    status: int,
    code: str,
    detail: str,
    errors: tuple[Wrong, ...] = (),
    *,
    version: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    problem = Problem(
        type=f"urn:wadul:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors,
        version=version,
    )
    text = problem.model_dump_json(exclude_none=True)
    return web.Response(status=status, text=text, content_type=MEDIA, headers=headers)
