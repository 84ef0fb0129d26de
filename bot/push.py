"""Browser push: one message to one browser, encrypted so that only that browser reads it, signed so that its push
service knows who sends.

Source: RFC 8030 (the request), RFC 8291 (its encryption, over RFC 8188), RFC 8292 (the signature, VAPID). Owns no line
and no officer; what is in a message is the caller's.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels import abroad
from channels.base import Undelivered, Unsure
from channels.http import retry_after

GONE = "subscription-gone"
LONGEST_BYTES = 3500
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_RECORD_BYTES = 4096
_PADDED_TO = 512
_SIGNED_FOR = timedelta(hours=12)
_SECONDS = 20.0
_LASTS_SECONDS = 4 * 3600


class Push:
    """Sends to push services.

    Args:
        secret: what the installation's key pair is made of, the same in every process and after every start.
        contact: whom a push service can turn to, an https or mailto address.
        private: whether services in private networks may be reached; for a stand-in alone.
    """

    def __init__(self, secret: bytes, contact: str, now: Callable[[], datetime], *, private: bool = False) -> None:
        number = int.from_bytes(_derived(secret, b"", b"vapid", 48), "big") % (_ORDER - 1) + 1
        self._key = ec.derive_private_key(number, _CURVE)
        self._contact, self._now, self._private = contact, now, private

    @property
    def public_key(self) -> str:
        """What a browser is given when it subscribes (applicationServerKey)."""
        return _text(_point(self._key.public_key()))

    async def send(self, keys: Mapping[str, str], message: bytes, *, urgent: bool = False) -> None:
        """One attempt. ``keys``: endpoint, p256dh and auth, as the browser gave them.

        Raises:
            Undelivered: ``subscription-gone`` where the browser will never take anything again.
            Unsure: the line broke on the way.
        """
        endpoint = keys["endpoint"]
        try:
            body = encrypted(message, _bytes(keys["p256dh"]), _bytes(keys["auth"]))
            headers = self.headers(endpoint) | {"Urgency": "high" if urgent else "normal"}
            await self._post(endpoint, headers, body)
        except abroad.Inside:
            raise Undelivered("push-inside", retry=False) from None
        except ValueError:
            raise Undelivered("push-unreadable", retry=False) from None
        except (aiohttp.ClientConnectorError, TimeoutError) as error:
            raise Undelivered("server-unreachable", retry=True, detail=type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise Unsure(type(error).__name__) from None

    def headers(self, endpoint: str) -> dict[str, str]:
        """What goes with a message to an endpoint: how it is encrypted, how long it is worth telling, who sends."""
        parts = urlsplit(endpoint)
        if parts.scheme != "https" and not self._private:
            raise ValueError(parts.scheme)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((self._now() + _SIGNED_FOR).timestamp()),
            "sub": self._contact,
        }
        return {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(_LASTS_SECONDS),
            "Authorization": f"vapid t={self._signed(claims)}, k={self.public_key}",
        }

    async def _post(self, endpoint: str, headers: Mapping[str, str], body: bytes) -> None:
        if not self._private:
            abroad.check(endpoint)
        async with (
            abroad.session(_SECONDS, private=self._private) as session,
            session.post(endpoint, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            if 200 <= answer.status < 300:
                return
            if answer.status in {404, 410}:
                raise Undelivered(GONE, retry=False)
            busy = answer.status == 429 or answer.status >= 500
            after = retry_after(answer.headers, self._now()) if busy else None
            raise Undelivered("push-refused", retry=busy, after=after, detail=f"HTTP {answer.status}")

    def _signed(self, claims: Mapping[str, object]) -> str:
        """A JSON web token, ES256 (RFC 7515)."""
        parts = [_text(json.dumps(part, separators=(",", ":")).encode()) for part in (_HEADER, claims)]
        whole = ".".join(parts)
        r, s = decode_dss_signature(self._key.sign(whole.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{whole}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


_HEADER = {"typ": "JWT", "alg": "ES256"}


def encrypted(message: bytes, p256dh: bytes, auth: bytes) -> bytes:
    """The body that only the browser with these keys can read: one padded record. Source: RFC 8291, section 3.4.

    Raises: ValueError for keys that are none, or a message that no push service takes.
    """
    if len(auth) != 16 or len(message) > LONGEST_BYTES:
        raise ValueError(len(message))
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, p256dh)
    ours, salt = ec.generate_private_key(_CURVE), os.urandom(16)
    key_id = _point(ours.public_key())
    info = b"WebPush: info\x00" + _point(theirs) + key_id
    secret = _derived(ours.exchange(ec.ECDH(), theirs), auth, info, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", 12)
    # Its length would tell how much there is to tell.
    padded = message + b"\x02" + bytes(-(len(message) + 1) % _PADDED_TO)
    header = salt + _RECORD_BYTES.to_bytes(4, "big") + bytes([len(key_id)]) + key_id
    return header + AESGCM(key).encrypt(nonce, padded, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
