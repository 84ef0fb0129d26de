"""Pages for when something is wrong: what it is and what to do about it, in a sentence; never a trace.

What nobody foresaw is logged with its place and a mark that the page shows, so that a caller can be helped.
"""

from __future__ import annotations

import secrets

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

import templates
from inbox.files import StoreAway
from inbox.mishap import place
from inbox.refused import Forbidden, Missing, Refused
from inbox.web import looks
from inbox.web.static import Static

log = structlog.get_logger()
# The language of whoever asks, where the gate has found an officer.
LANGUAGE = web.RequestKey("language", str)
_MACHINES = ("/hooks/", "/api/", "/healthz", "/metrics")


class Trouble:
    """Answers with error pages; ``middleware`` catches what no handler answered."""

    def __init__(self, static: Static) -> None:
        self._static = static

    def page(
        self, request: web.Request, status: int, refused: Refused | None = None, *, mark: str = ""
    ) -> web.Response:
        """The page of that status; ``refused`` says why in its own sentence."""
        text = templates.render(
            "pages/error.html",
            language=request.get(LANGUAGE) or looks.language(request),
            theme=looks.theme(request),
            status=status,
            code=refused.code if refused else "",
            values=refused.values if refused else {},
            mark=mark,
            static=self._static.url,
            desk=looks.at_desk(request),
        )
        response = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
        if "HX-Request" in request.headers:
            response.headers.update({"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"})
        return response

    def refused(self, request: web.Request, refused: Refused) -> web.Response:
        """The page of what a command, or the reading of a form, refused."""
        status = 404 if isinstance(refused, Missing) else 403 if isinstance(refused, Forbidden) else 422
        return self.page(request, status, refused)

    def signed_out(self, request: web.Request) -> web.Response:
        """The session ended while the page was open. A page that can keeps what was typed and says so."""
        if "HX-Request" not in request.headers:
            return self.page(request, 401)
        return web.Response(status=401, headers={"HX-Reswap": "none", "HX-Trigger": "signed-out"})

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """For ``Application.middlewares``; machines' addresses get what their own handlers say."""
        if request.path.startswith(_MACHINES):
            return await handler(request)
        try:
            return await handler(request)
        except web.HTTPException as error:
            if error.status in {403, 404, 405} and error.content_type == "text/plain":
                return self.page(request, error.status)
            raise
        except Refused as refused:
            return self.refused(request, refused)
        except StoreAway as away:
            return _not_saved() if _is_typed(request) else self.page(request, 503, Refused(away.code))
        except ConnectionResetError:
            return web.Response()  # nobody is there any more to read a page
        except Exception as error:  # noqa: BLE001 - the one place where the unforeseen becomes a page
            mark = secrets.token_hex(4)
            log.error("page failed", mark=mark, route=_route(request), error=place(error))  # noqa: TRY400 - see mishap
            return _not_saved() if _is_typed(request) else self.page(request, 500, mark=mark)


def _is_typed(request: web.Request) -> bool:
    """Whether somebody's words are still in the page that sent this."""
    return request.method == "POST" and "HX-Request" in request.headers


def _not_saved() -> web.Response:
    """The page stays as it is, with what was typed, and says so."""
    return web.Response(status=500, headers={"HX-Reswap": "none", "HX-Trigger": "not-saved"})


def _route(request: web.Request) -> str:
    """The route's pattern: the address itself may name a ticket, which is no business of a log's."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
