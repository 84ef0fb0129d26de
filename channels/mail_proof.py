"""What the office's own mail server says of a mail's sender, read from the fields that this server alone wrote.

Anybody can write such a field into a mail, in our server's name as well: whatever lies below the topmost ones of that
name came from outside and is not read. Owns the reading and the verdict; the checks themselves are the server's.

Source: RFC 8601 (Authentication-Results), section 5 on which to believe; RFC 7489 section 3.1 on alignment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from channels.mail_headers import Headers
from channels.values import Proof, Verdict

_FIELD = "authentication-results"
_PAIR = re.compile(
    r"([a-zA-Z][\w.-]{0,60})\s{0,5}(?:/\s{0,5}\d{1,3}\s{0,5})?=\s{0,5}(\"(?:[^\"\\]|\\.){0,500}\"|[^\s\"]{1,500})"
)
_SERVER = re.compile(r"\s{0,20}(?:\"([^\"]{1,255})\"|([^\s;\"]{1,255}))\s{0,20}(\d{0,3})\s{0,20}$")
_FAILS = frozenset({"fail", "hardfail", "softfail"})


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result with its properties by lower-case name (``header.d``)."""

    method: str
    outcome: Verdict
    told: Mapping[str, str]

    def domain(self, *names: str) -> str:
        """The domain that the first of these properties names; empty where none does."""
        value = next((self.told[name] for name in names if self.told.get(name)), "")
        return value.rpartition("@")[2].strip("<>").rstrip(".").lower()


def read(headers: Headers, sender: str, server: str, fields: int = 1) -> Proof:
    """What ``server`` found out about a mail of ``sender``.

    Args:
        sender: canonical address; whoever the mail says it is from.
        server: the authserv-id of the office's own server.
        fields: how many fields that server writes into every mail; further ones of that name are not its own.
    """
    own = [parts for parts in map(_clauses, headers.all(_FIELD)) if parts and _written_by(parts[0], server)][:fields]
    results = [result for parts in own for result in _results(parts[1:])]
    spf, dmarc = _first(results, "spf"), _first(results, "dmarc")
    dkims = [one for one in results if one.method == "dkim"]
    whose = sender.rpartition("@")[2]
    aligned = any(one.outcome == "pass" and _aligned(one.domain("header.d", "header.i"), whose) for one in dkims)
    aligned = aligned or (spf.outcome == "pass" and _aligned(spf.domain("smtp.mailfrom"), whose))
    told = Proof(spf.outcome, _best(dkims).outcome, dmarc.outcome, aligned)
    written = len(headers.all("from"))
    if written != 1:
        return replace(told, verdict="fail" if written else "none")  # two senders are none that could be proven
    return replace(told, verdict=_verdict(told, dmarc, spf, dkims, whose))


def _verdict(told: Proof, dmarc: _Result, spf: _Result, dkims: Sequence[_Result], whose: str) -> Verdict:
    if dmarc.outcome != "none":
        named = dmarc.domain("header.from")
        same = not named or _aligned(named, whose)
        return dmarc.outcome if dmarc.outcome == "fail" or same else "none"
    if told.aligned:
        return "pass"
    sent_from = spf.domain("smtp.mailfrom")
    if spf.outcome == "fail" and (not sent_from or _aligned(sent_from, whose)):
        return "fail"
    broken = any(one.outcome == "fail" and _aligned(one.domain("header.d", "header.i"), whose) for one in dkims)
    return "fail" if broken and spf.outcome != "pass" else "none"


def _aligned(domain: str, whose: str) -> bool:
    """Whether both are one organisation's, as far as names tell: the same, or one below the other."""
    if not domain or not whose or "." not in domain or "." not in whose:
        return False
    return domain == whose or whose.endswith(f".{domain}") or domain.endswith(f".{whose}")


def _best(results: Sequence[_Result]) -> _Result:
    """One good signature is enough."""
    return next((one for one in results if one.outcome == "pass"), _first(results, "dkim"))


def _first(results: Sequence[_Result], method: str) -> _Result:
    """The topmost one counts."""
    return next((one for one in results if one.method == method), _Result(method, "none", {}))


def _written_by(head: str, server: str) -> bool:
    """Whether a field begins with that server's name, in the one version there is."""
    found = _SERVER.match(head)
    return bool(found) and (found[1] or found[2]).lower() == server.lower() and found[3] in {"", "1"}  # type: ignore[index]


def _results(clauses: Sequence[str]) -> Iterator[_Result]:
    for clause in clauses:
        pairs = [(name.lower(), _unquoted(value)) for name, value in _PAIR.findall(clause)]
        if pairs:
            (method, outcome), *told = pairs
            yield _Result(method, _outcome(outcome.lower()), dict(reversed(told)))


def _outcome(word: str) -> Verdict:
    """Whatever a server could not or would not tell says nothing."""
    return "pass" if word == "pass" else "fail" if word in _FAILS else "none"


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value


def _clauses(value: str) -> list[str]:
    """A field's parts between semicolons, without its comments; quoted words are kept whole. One pass."""
    parts, depth, quoted, skip = [""], 0, False, False
    piece: list[str] = []
    for letter in value:
        if skip:
            skip = False
        elif letter == "\\":
            skip = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif not quoted and letter in "()":
            depth = depth + 1 if letter == "(" else max(0, depth - 1)
            piece.append(" ")
            continue
        elif letter == ";" and not (quoted or depth):
            parts[-1] = "".join(piece)
            parts.append("")
            piece = []
            continue
        if not depth:
            piece.append(letter)
    parts[-1] = "".join(piece)
    return parts
