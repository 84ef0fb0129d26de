"""Single sign-on: what a provider says is believed when it is signed by it, for us, now, and in answer to us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from bot.single_sign_on import OpenIdProvider
from config.single_sign_on import SingleSignOn
from inbox.refused import Refused
from inbox.single_sign_on import Asked

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
ASKED = Asked("keadaan", "sekali", "v" * 43, "https://wadul.example/masuk/sso/blitar/kembali")
KEY, OTHER = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("satu", "dua"))


@dataclass
class Elsewhere:
    """A provider that says what a test has it say."""

    key: RSAKey = field(default_factory=lambda: KEY)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] | None = None
    keys: dict[str, Any] | None = None
    came: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    issuer: str = ""
    signing: Any = None

    async def metadata(self, _: web.Request) -> web.Response:
        self.came.append(("about", "", {}))
        ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
        said = {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in ends.items()}
        if self.person is not None:
            said["userinfo_endpoint"] = f"{self.issuer}/person"
        return web.json_response({name: value for name, value in (said | self.about).items() if value is not None})

    async def jwks(self, _: web.Request) -> web.Response:
        self.came.append(("keys", "", {}))
        return web.json_response(self.keys or {"keys": [self.key.as_dict(private=False)]})

    async def token(self, request: web.Request) -> web.Response:
        self.came.append(("token", request.headers.get("Authorization", ""), dict(await request.post())))  # type: ignore[arg-type]
        if "status" in self.tokens:
            return web.json_response({"error": "invalid_grant"}, status=self.tokens["status"])
        said = {
            "iss": self.issuer,
            "sub": "akun-7",
            "aud": "wadul",
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
            "iat": int(NOW.timestamp()),
            "auth_time": int(NOW.timestamp()),
            "nonce": "sekali",
            "preferred_username": "Rina",
        } | self.claims
        said = {name: value for name, value in said.items() if value is not None}
        signed = jwt.encode(
            {"alg": "RS256", "kid": self.key.kid} | self.header,
            said,
            self.signing or self.key,
            algorithms=["RS256", "HS256", "none"],
        )
        return web.json_response({"access_token": "masuk", "token_type": "Bearer", "id_token": signed} | self.tokens)

    async def userinfo(self, request: web.Request) -> web.Response:
        self.came.append(("person", request.headers.get("Authorization", ""), {}))
        return web.json_response(self.person)


@asynccontextmanager
async def provider(there: Elsewhere, clock: list[datetime], **settings: Any) -> AsyncIterator[OpenIdProvider]:
    """Ours, which asks the other one."""
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", there.metadata)
    app.router.add_get("/keys", there.jwks)
    app.router.add_post("/token", there.token)
    app.router.add_get("/person", there.userinfo)
    async with TestServer(app) as server:
        there.issuer = str(server.make_url("")).rstrip("/")
        known = {"issuer": there.issuer, "client_id": "wadul", "client_secret": SecretStr("s:c r%t"), "private": True}
        yield OpenIdProvider(SingleSignOn(**known | settings), lambda: clock[0])


@pytest.fixture
def clock() -> list[datetime]:
    """What time it is."""
    return [NOW]


async def refused(there: Elsewhere, clock: list[datetime], **settings: Any) -> str:
    """The code of the refusal, where somebody comes back with a code."""
    async with provider(there, clock, **settings) as ours:
        with pytest.raises(Refused) as caught:
            await ours.told(ASKED, "kode")
        return caught.value.code


async def test_somebody_comes_by(clock: list[datetime]) -> None:
    """Sent with state, nonce and the challenge; the code is changed with our secret, as RFC 6749 writes it."""
    there = Elsewhere()
    async with provider(there, clock) as ours:
        address = await ours.address(ASKED, afresh=False)
        assert address.startswith(f"{there.issuer}/auth?response_type=code&client_id=wadul&redirect_uri=https%3A%2F%2F")
        assert "state=keadaan&nonce=sekali&code_challenge=" in address
        assert "prompt" not in address
        assert "prompt=login&max_age=0" in await ours.address(ASKED, afresh=True)
        told = await ours.told(ASKED, "kode")
    assert (told.subject, told.login, told.proved_at) == ("akun-7", "rina", NOW)
    _, authorization, form = there.came[-1]
    assert authorization == "Basic d2FkdWw6cyUzQWMlMjByJTI1dA=="
    assert form == {
        "grant_type": "authorization_code",
        "code": "kode",
        "redirect_uri": ASKED.redirect,
        "code_verifier": ASKED.verifier,
    }


async def test_a_provider_that_wants_the_secret_in_the_form(clock: list[datetime]) -> None:
    """It says so of itself."""
    there = Elsewhere(about={"token_endpoint_auth_methods_supported": ["client_secret_post"]})
    async with provider(there, clock) as ours:
        await ours.told(ASKED, "kode")
    _, authorization, form = there.came[-1]
    assert (authorization, form["client_secret"]) == ("", "s:c r%t")


LIES: dict[str, dict[str, Any]] = {
    "another's": {"claims": {"iss": "https://lain.example"}},
    "for another": {"claims": {"aud": "lain"}},
    "for two, and given to the other": {"claims": {"aud": ["wadul", "lain"], "azp": "lain"}},
    "too old": {"claims": {"exp": int(NOW.timestamp()) - 120}},
    "without an end": {"claims": {"exp": None}},
    "to another question": {"claims": {"nonce": "lain"}},
    "to no question": {"claims": {"nonce": None}},
    "of nobody": {"claims": {"sub": None}},
    "of something": {"claims": {"sub": 7}},
    "of an endless name": {"claims": {"sub": "x" * 300}},
    "no login": {"claims": {"preferred_username": None}},
    "a login that is none": {"claims": {"preferred_username": ["rina"]}},
    "signed by another": {"signing": OTHER},
    "signed by nobody": {"header": {"alg": "none"}},
    "signed with what everybody knows": {"header": {"alg": "HS256"}, "signing": OctKey.import_key(b"k" * 32)},
    "no token": {"tokens": {"id_token": None}},
    "half a token": {"tokens": {"id_token": "abc.def"}},
    "a code that is used up": {"tokens": {"status": 400}},
    "away": {"tokens": {"status": 503}},
    "sent on": {"tokens": {"status": 302}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_lie_is_not_believed(clock: list[datetime], lie: dict[str, Any]) -> None:
    """Each ends in one sentence, and nobody is in."""
    assert await refused(Elsewhere(**lie), clock) == "sso-refused"


ABOUT: dict[str, dict[str, Any]] = {
    "another's": {"about": {"issuer": "https://lain.example"}},
    "nowhere to go": {"about": {"authorization_endpoint": None}},
    "a secret that would go elsewhere unsealed": {"about": {"token_endpoint": "http://lain.example/token"}},
    "no keys": {"keys": {"keys": "x"}},
    "keys of a kind that nobody knows": {"keys": {"keys": [{"kty": "XX"}]}},
}


@pytest.mark.parametrize("lie", ABOUT.values(), ids=ABOUT.keys())
async def test_what_it_says_of_itself_must_be_sound(clock: list[datetime], lie: dict[str, Any]) -> None:
    """Else it is as if it were away."""
    assert await refused(Elsewhere(**lie), clock) == "sso-away"


async def test_inside_the_network_it_is_asked_only_where_the_office_said_so(clock: list[datetime]) -> None:
    """An address that leads inside is not followed."""
    there = Elsewhere()
    assert await refused(there, clock, private=False) == "sso-away"
    assert there.came == []


async def test_a_new_key_is_fetched(clock: list[datetime]) -> None:
    """A provider changes its keys; whoever makes them up does not have us ask all the time."""
    there = Elsewhere()
    async with provider(there, clock) as ours:
        await ours.told(ASKED, "kode")
        there.key = OTHER
        clock[0] += timedelta(minutes=2)
        assert (await ours.told(ASKED, "kode")).subject == "akun-7"
        there.signing = KEY
        for _ in range(3):
            with pytest.raises(Refused):
                await ours.told(ASKED, "kode")
    assert [name for name, *_ in there.came].count("keys") == 2
    assert [name for name, *_ in there.came].count("about") == 1


@pytest.mark.parametrize(
    ("claims", "person", "settings", "login"),
    [
        ({"preferred_username": None}, {"sub": "akun-7", "preferred_username": "rina"}, {}, "rina"),
        ({"preferred_username": None}, {"sub": "lain", "preferred_username": "rina"}, {}, None),
        ({"upn": "Rina@Blitar.example"}, None, {"login": "upn", "domain": "blitar.example"}, "rina"),
        ({"upn": "rina@lain.example"}, None, {"login": "upn", "domain": "blitar.example"}, None),
        ({"upn": "rina"}, None, {"login": "upn", "domain": "blitar.example"}, None),
        ({"email": "r@b.example", "email_verified": False}, None, {"login": "email", "domain": "b.example"}, None),
        ({"email": "r@b.example", "email_verified": True}, None, {"login": "email", "domain": "b.example"}, "r"),
        ({}, {"sub": "akun-7", "email": "r@b.id", "email_verified": False}, {"login": "email", "domain": "b.id"}, None),
    ],
)
async def test_the_login_is_where_the_office_says(
    clock: list[datetime],
    claims: dict[str, Any],
    person: dict[str, Any] | None,
    settings: dict[str, Any],
    login: str | None,
) -> None:
    """In the token, or in userinfo of the very same account; an address only of the office's own domain, and proven."""
    there = Elsewhere(claims=claims, person=person)
    async with provider(there, clock, **settings) as ours:
        if login is None:
            with pytest.raises(Refused):
                await ours.told(ASKED, "kode")
        else:
            assert (await ours.told(ASKED, "kode")).login == login
