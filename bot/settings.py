"""What the program itself is told through the environment: where it listens, where it keeps things.

``WADUL_PUBLIC_URL``, ``WADUL_LISTEN``, ``WADUL_DATA``, ``WADUL_FILES``, ``WADUL_DATABASE``, ``WADUL_SECRET``,
``WADUL_IDENTITY_KEY``, ``WADUL_IDENTITY_KEY_BEFORE``, ``WADUL_CLAMD`` and ``WADUL_PROXIES``; everything about an office
stands in its own files.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from inbox.clamd import ADDRESS

BUCKET = r"s3://[a-z0-9][a-z0-9.-]+(/[^\s?#]*)?"
"""The address of a bucket, with a folder in it or without."""

_LAST_PORT = 65535
_SHORTEST_KEY = 32


class Settings(BaseSettings):
    """The program's surroundings.

    ``listen`` is host:port; ``files`` empty means a folder below ``data``, else a bucket, ``s3://name/prefix``;
    ``database`` empty means SQLite below ``data``; ``proxies`` are the addresses of web servers in front of us,
    separated by spaces or commas; ``clamd`` is ClamAV's daemon, if there is one; ``identity_key`` encrypts who is
    behind a seal, instead of a key made of ``secret``, and ``identity_key_before`` is the one that it followed.
    """

    model_config = SettingsConfigDict(env_prefix="WADUL_", frozen=True)

    public_url: str = Field(default="", pattern=r"^$|^https?://[^\s/]+\S*$")
    listen: str = Field(default="127.0.0.1:8080", pattern=r"^[^:\s]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$")
    data: Path = Path("data")
    files: str = Field(default="", pattern=f"^$|^{BUCKET}$")
    database: str = Field(default="", repr=False, pattern=r"^$|^(postgres|postgresql|sqlite)://")
    secret: SecretStr = SecretStr("")
    identity_key: SecretStr = SecretStr("")
    identity_key_before: SecretStr = SecretStr("")
    clamd: str = Field(default="", pattern=f"^$|^({ADDRESS})$")
    proxies: str = ""

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("identity_key", "identity_key_before")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _SHORTEST_KEY:
            raise ValueError(_SHORTEST_KEY)
        return value

    @field_validator("listen")
    @classmethod
    def _a_port(cls, value: str) -> str:
        if int(value.rpartition(":")[2]) > _LAST_PORT:
            raise ValueError(value)
        return value

    @property
    def host(self) -> str:
        """The address to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The TCP port to listen on."""
        return int(self.listen.rpartition(":")[2])

    @property
    def trusted(self) -> tuple[str, ...]:
        """The addresses whose ``X-Forwarded-For`` is believed."""
        return tuple(self.proxies.replace(",", " ").split())

    @property
    def url(self) -> str:
        """What citizens reach this installation by, without a slash at the end."""
        return self.public_url or f"http://{self.listen}"

    @property
    def database_url(self) -> str:
        """``postgres://…`` as given, or ``sqlite://`` with the absolute path of the file below ``data``."""
        return self.database or f"sqlite://{(self.data / 'wadul.db').resolve()}"


def utc_now() -> datetime:
    """The one place where the program reads the clock; everything else is handed this."""
    return datetime.now(UTC)


def secret_key(settings: Settings) -> bytes:
    """The installation's secret: from the environment, or made once below ``data``, readable by its owner alone."""
    given = settings.secret.get_secret_value()
    if given:
        return given.encode()
    file = settings.data / "secret"
    if not file.exists():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(secrets.token_urlsafe(32))
    return file.read_text("ascii").strip().encode()


def identity_masters(settings: Settings) -> list[bytes]:
    """What the keys of identities behind a seal are made of, the newest first: ``identity_key``, or the installation's
    secret where that is not given; then what was used before.
    """
    own = derived(secret_key(settings), "identity")
    new, before = (
        [derived(one.get_secret_value().encode(), "identity")] if one.get_secret_value() else []
        for one in (settings.identity_key, settings.identity_key_before)
    )
    return [*new, *before, own] if new else [own, *before]


def derived(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose, so that no two uses of the secret share one (HMAC-SHA-256, 32 bytes)."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
