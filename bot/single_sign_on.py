"""An office's OpenID provider: where browsers are sent, and what is made of the code that they bring back.

The protocol is Authlib's and joserfc's; every request goes through our one guard, with bounded answers and without
following redirects. Loaded, with its libraries, where an office has a provider.

Sources: OpenID Connect Core 1.0 (3.1.2 authorising, 3.1.3 tokens, 5.3 userinfo), Discovery 1.0 (4.3), RFC 7636 (PKCE).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from channels import abroad
from config.single_sign_on import SingleSignOn
from inbox.refused import Refused
from inbox.single_sign_on import Asked, Told

log = structlog.get_logger()
_SECONDS, _LONGEST_BYTES = 15.0, 256 * 1024
_KEPT, _KEYS_AGAIN = timedelta(hours=1), timedelta(minutes=1)
_LEEWAY_SECONDS = 60
_SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
_LONGEST_SUBJECT = 255


class Unsaid(Exception):
    """The provider did not say who it is, or not so that it can be believed; the words are for the log."""


@dataclass(frozen=True, slots=True)
class _About:
    """What the provider says of itself, and the keys it signs with."""

    said: Mapping[str, Any]
    keys: Any
    at: datetime


class OpenIdProvider:
    """One office's provider, as its file names it."""

    def __init__(self, settings: SingleSignOn, now: Callable[[], datetime]) -> None:
        self._settings, self._now = settings, now
        self.name, self.issuer, self.second_step = settings.name, settings.issuer, settings.second_step
        self._about: _About | None = None

    async def address(self, asked: Asked, *, afresh: bool) -> str:
        """Where the browser goes. Raises Refused ``sso-away``."""
        about = await self._known()
        again = {"prompt": "login", "max_age": "0"} if afresh else {}
        address: str = prepare_grant_uri(
            about.said["authorization_endpoint"],
            self._settings.client_id,
            "code",
            asked.redirect,
            scope="openid profile email",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
            **again,
        )
        return address

    async def told(self, asked: Asked, code: str) -> Told:
        """Whom the code means. Raises Refused ``sso-away``, ``sso-refused``."""
        about = await self._known()
        try:
            tokens = await self._tokens(about, asked, code)
            claims = await self._claims(about, tokens, asked.nonce)
            login = claims.get(self._settings.login) or await self._also(about, tokens, claims["sub"])
            return self._meant(claims, login)
        except Unsaid as error:
            log.warning("single sign-on refused", issuer=self.issuer, why=str(error)[:200])
            raise Refused("sso-refused", name=self.name) from None

    async def _known(self) -> _About:
        """What it says of itself, an hour old at most. Raises Refused ``sso-away``."""
        if self._about is None or self._now() - self._about.at > _KEPT:
            try:
                self._about = await self._ask_about()
            except Unsaid as error:
                log.warning("single sign-on away", issuer=self.issuer, why=str(error)[:200])
                raise Refused("sso-away", name=self.name) from None
        return self._about

    async def _ask_about(self) -> _About:

        said = await self._fetched("GET", get_well_known_url(self.issuer, external=True))
        if said.get("issuer") != self.issuer:
            raise Unsaid("another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(said.get(name), str) or not self._safe(said[name]):
                raise Unsaid(f"{name} is missing or not https")
        return _About(said, await self._keys(said), self._now())

    async def _keys(self, said: Mapping[str, Any]) -> Any:

        try:
            return KeySet.import_key_set(await self._fetched("GET", said["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unsaid(f"keys: {error}") from error

    async def _tokens(self, about: _About, asked: Asked, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked.redirect,
            "code_verifier": asked.verifier,
        }
        id_, secret = self._settings.client_id, self._settings.client_secret.get_secret_value()
        ways = about.said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" in ways:
            # RFC 6749, 2.3.1: both are encoded as a form's values before they are joined.
            headers = {"Authorization": aiohttp.encode_basic_auth(quote(id_, safe=""), quote(secret, safe=""))}
            return await self._fetched("POST", about.said["token_endpoint"], data=form, headers=headers)
        return await self._fetched(
            "POST", about.said["token_endpoint"], data=form | {"client_id": id_, "client_secret": secret}
        )

    async def _claims(self, about: _About, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        """What the signed token says, once it is the provider's, for us, of now and of this very question."""
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise Unsaid("no id_token")
        read = await self._read(about, token)
        us = self._settings.client_id
        options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": us}}
        params = {"nonce": nonce, "client_id": us}
        token_claims = CodeIDToken(read.claims, read.header, options, params)
        try:
            token_claims.validate(now=int(self._now().timestamp()), leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise Unsaid(f"id_token: {error}") from error
        claims: dict[str, Any] = read.claims
        if claims.get("nonce") != nonce:
            raise Unsaid("id_token: no nonce")
        return claims

    async def _read(self, about: _About, token: str) -> Any:
        """The token with its signature proved; a key that is new there is fetched, once a minute at most."""
        try:
            return jwt.decode(token, about.keys, algorithms=_SIGNED_BY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            if self._now() - about.at < _KEYS_AGAIN:
                raise Unsaid(f"id_token: {error}") from error
        self._about = fresh = _About(about.said, await self._keys(about.said), self._now())
        return await self._read(fresh, token)

    async def _also(self, about: _About, tokens: Mapping[str, Any], subject: str) -> Any:
        """The login where only userinfo tells it."""
        address, access = about.said.get("userinfo_endpoint"), tokens.get("access_token")
        if not (isinstance(address, str) and isinstance(access, str) and self._safe(address)):
            return None
        said = await self._fetched("GET", address, headers={"Authorization": f"Bearer {access}"})
        if said.get("sub") != subject:
            raise Unsaid("userinfo speaks of somebody else")
        if self._settings.login == "email" and said.get("email_verified") is False:
            raise Unsaid("email is not verified")
        return said.get(self._settings.login)

    def _meant(self, claims: Mapping[str, Any], login: Any) -> Told:
        subject, proved = claims["sub"], claims.get("auth_time")
        if not (isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT and subject.isprintable()):
            raise Unsaid("no usable sub")
        if not isinstance(login, str) or not login.strip():
            raise Unsaid(f"no claim {self._settings.login}")
        if self._settings.login == "email" and claims.get("email_verified") is False:
            raise Unsaid("email is not verified")
        login = login.strip().lower()
        if domain := self._settings.domain:
            login, at, there = login.rpartition("@")
            if not at or there != domain:
                raise Unsaid("another domain")
        return Told(subject, login, datetime.fromtimestamp(proved, UTC) if isinstance(proved, (int, float)) else None)

    def _safe(self, address: str) -> bool:
        """Whether secrets may go there: by https, or to the very machine of an issuer that is tried out without."""
        there, here = urlsplit(address), urlsplit(self.issuer)
        return there.scheme == "https" or (there.scheme, there.netloc) == (here.scheme, here.netloc)

    async def _fetched(self, method: str, address: str, **given: Any) -> Mapping[str, Any]:
        """The JSON object there. Raises Unsaid."""
        private = self._settings.private
        try:
            if not private:
                abroad.check(address)
            async with (
                abroad.session(_SECONDS, private=private) as session,
                session.request(method, address, allow_redirects=False, **given) as answer,
            ):
                body = await answer.content.read(_LONGEST_BYTES + 1)
                while len(body) <= _LONGEST_BYTES and (more := await answer.content.read(_LONGEST_BYTES)):
                    body += more
                if answer.status != 200 or len(body) > _LONGEST_BYTES:
                    raise Unsaid(f"{answer.status} from {urlsplit(address).path}, {len(body)} bytes")
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, abroad.Inside) as error:
            raise Unsaid(f"{type(error).__name__} at {urlsplit(address).netloc}") from error
        try:
            said = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Unsaid("no JSON") from error
        if not isinstance(said, dict):
            raise Unsaid("no JSON object")
        return said
