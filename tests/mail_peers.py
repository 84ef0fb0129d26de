"""Real mail servers of the tests' own: Dovecot for mailboxes and submission, OpenSMTPD between them, one folder.

Any address is a mailbox with the password "secret"; whatever is sent anywhere lands in the recipient's own mailbox,
so that a test reads an answer back as the citizen. Both servers need root; only one OpenSMTPD runs on a machine.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import pytest

from tests.orphans import with_us
from tests.ports import own_ports

INSTALL = "Dovecot and OpenSMTPD are missing: `make peers` installs them (Debian, as root)."
PASSWORD = "secret"
REFUSED = "tidakada@warga.example.test"  # OpenSMTPD knows of no such person
_DOORS = ("imap", "imaps", "lmtp", "submission", "smtp")
_PROGRAMS = ("dovecot", "doveadm", "smtpd", "openssl")
_LOCK = Path(tempfile.gettempdir()) / "wadul-smtpd.lock"

_DOVECOT = """
protocols = imap lmtp submission
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_max_userip_connections = 100
mail_location = maildir:{folder}/mail/%u
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
recipient_delimiter = +
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {submission}
  }}
  inet_listener submissions {{
    port = 0
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
}}
hostname = mail.example.test
submission_relay_host = 127.0.0.1
submission_relay_port = {smtp}
submission_relay_trusted = yes
"""
_SMTPD = """
table everyone {{ "@" = "mail" }}
table nobody {{ "{refused}" }}
listen on 127.0.0.1 port {smtp} hostname mail.example.test
action "deliver" lmtp "127.0.0.1:{lmtp}" rcpt-to virtual <everyone>
match from any for rcpt-to <nobody> reject
match from any for any action "deliver"
"""


@dataclass
class MailServers:
    """Both servers, running. Everything listens on 127.0.0.1; ``certificate`` is what TLS clients must trust."""

    folder: Path
    ports: dict[str, int]
    dovecot: subprocess.Popen[bytes] = field(init=False, repr=False)

    @property
    def certificate(self) -> Path:
        """The servers' own certificate, for SSL_CERT_FILE."""
        return self.folder / "cert.pem"

    def start_dovecot(self) -> None:
        """Start it and wait until its ports answer."""
        config = self.folder / "dovecot.conf"
        command = with_us("dovecot", "-F", "-c", config)
        self.dovecot = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        for name in ("imap", "imaps", "lmtp", "submission"):
            _wait_for(self.ports[name], self.dovecot, self.folder / "dovecot.log")

    def stop_dovecot(self) -> None:
        """Stop it and, at once, every connection it holds."""
        os.killpg(self.dovecot.pid, signal.SIGTERM)
        self.dovecot.wait(20)

    def renumber(self, address: str, uidvalidity: int) -> None:
        """Give a mailbox another UIDVALIDITY, as a server does that lost its indexes."""
        self._doveadm("mailbox", "update", "--uid-validity", str(uidvalidity), "-u", address, "INBOX")

    def put(self, address: str, *mails: bytes, taken_at: float | None = None) -> None:
        """Lay mails into a mailbox, past all servers. ``taken_at`` becomes their INTERNALDATE."""
        new = self.maildir(address) / "new"
        owner = pwd.getpwnam("mail")
        for number, mail in enumerate(mails):
            seconds, rest = divmod(time.time_ns(), 10**9)
            # As Dovecot reads a name to tell which of two came first.
            name = f"{seconds}.M{rest // 1000:06d}P{os.getpid()}Q{number:04d}.test"
            file = self.maildir(address) / "tmp" / name
            file.write_bytes(mail)
            os.chown(file, owner.pw_uid, owner.pw_gid)
            if taken_at is not None:
                os.utime(file, (taken_at, taken_at))
            file.rename(new / name)

    def mails(self, address: str) -> list[bytes]:
        """What lies in a mailbox, oldest first."""
        files = [file for part in ("new", "cur") for file in (self.maildir(address) / part).iterdir()]
        return [file.read_bytes() for file in sorted(files, key=lambda file: file.name)]

    def flags(self, address: str) -> list[str]:
        """The flags of every mail of a mailbox as Maildir has them: ``S`` is seen, ``T`` deleted."""
        names = [file.name for part in ("new", "cur") for file in (self.maildir(address) / part).iterdir()]
        return sorted(name.partition(":2,")[2] for name in names)

    def maildir(self, address: str) -> Path:
        """The folder of a mailbox, made where it is new."""
        home = self.folder / "mail" / address
        for part in ("tmp", "new", "cur"):
            (home / part).mkdir(parents=True, exist_ok=True)
        for folder in (home, home / "tmp", home / "new", home / "cur"):
            shutil.chown(folder, "mail", "mail")
        return home

    def _doveadm(self, *words: str) -> None:
        subprocess.run(["doveadm", "-c", self.folder / "dovecot.conf", *words], check=True, capture_output=True)


@contextmanager
def serve() -> Iterator[MailServers]:
    """Start both servers and stop them afterwards. Skips, or fails with ``WADUL_PEERS=required``, without them."""
    if os.geteuid() != 0 or not all(map(shutil.which, _PROGRAMS)):
        _unavailable(INSTALL if os.geteuid() == 0 else "The mail servers of the tests need root.")
    with tempfile.TemporaryDirectory(prefix="wadul-mail-", ignore_cleanup_errors=True) as name, _alone():
        servers = MailServers(Path(name), dict(zip(_DOORS, own_ports(len(_DOORS)), strict=True)))
        _write(servers)
        servers.start_dovecot()
        with (servers.folder / "smtpd.log").open("wb") as log:
            command = with_us("smtpd", "-d", "-f", servers.folder / "smtpd.conf")
            smtpd = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait_for(servers.ports["smtp"], smtpd, servers.folder / "smtpd.log")
            yield servers
        finally:
            smtpd.terminate()
            smtpd.wait(20)
            servers.stop_dovecot()


def _unavailable(why: str) -> None:
    if os.environ.get("WADUL_PEERS") == "required":
        pytest.fail(why)
    pytest.skip(why)


def _write(servers: MailServers) -> None:
    folder = servers.folder
    folder.chmod(0o755)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "mail", "mail", "mail")
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    keys = ["-addext", names, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*make, *keys], check=True, capture_output=True)
    values = {"folder": folder, "password": PASSWORD, "refused": REFUSED, **servers.ports}
    (folder / "dovecot.conf").write_text(_DOVECOT.format(**values))
    (folder / "smtpd.conf").write_text(_SMTPD.format(**values))


@contextmanager
def _alone() -> Iterator[None]:
    """OpenSMTPD has one control socket a machine: another test session waits for its turn, but not for ever."""
    until = time.monotonic() + 200
    with _LOCK.open("w") as lock:
        while not _taken(lock):
            if time.monotonic() > until:
                pytest.fail(f"another test run on this machine holds {_LOCK}: one OpenSMTPD runs at a time")
            time.sleep(0.2)
        yield


def _taken(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(
        f"a mail server did not start: {log.read_text(errors='replace')[-2000:] if log.exists() else ''}"
    )
