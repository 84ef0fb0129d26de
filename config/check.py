"""Holds an installation's files against each other and against what exists in the house, and lists every mistake.

Owns what ``wadul check`` proves beyond shapes: names that must exist, roles without circles, doors that lead to a
procedure, hours that make sense. What could be read of a broken file is held against the rest all the same. Says
nothing in words: mistakes are values, their sentences are templates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from config.blame import without_consequences
from config.paper_rules import paper_mistakes
from config.reading import in_order
from config.rules import Names, duplicates, procedure_mistakes, unknown
from config.schema import Hours, Mistake, Office, Offices, Route, WorkTime
from config.source import Loc, Source


def check(
    offices: Offices,
    known_kinds: Collection[str] | None = None,
    message_names: Collection[str] | None = None,
    paper_templates: Collection[str] | None = None,
    signers: Collection[str] | None = None,
) -> tuple[Mistake, ...]:
    """Every mistake across the files of ``offices``, by file and line.

    ``known_kinds`` are the adapters' names, the next two the names of the templates that exist (without suffix),
    ``signers`` the providers of electronic signatures; what is None is not held against.
    """
    names = Names(known_kinds, message_names, paper_templates, signers)
    found = [*_worktime(offices.worktime, offices.sources.get(("worktime",), Source("worktime.yaml")), ())]
    found += _between(offices)
    for office in offices.offices.values():
        found += _Office(offices, office, names).mistakes()
    return in_order(without_consequences(found, offices))


# The first parts of the program's own addresses: an office of that id would hide them, its form living at /<id>/.
RESERVED = frozenset({"api", "berkas", "cek", "healthz", "hooks", "hp", "keluar", "masuk", "meja", "metrics", "static"})


def _between(offices: Offices) -> Iterator[Mistake]:
    """What must differ between offices: the code of their numbers, and the ids of their channels."""
    codes, channels = dict[str, str](), dict[str, str]()
    for office in offices.offices.values():
        source = offices.sources["office", office.id]
        if office.code in codes:
            yield source.mistake("code-taken", ("code",), code=office.code, other=codes[office.code])
        codes.setdefault(office.code, office.id)
        if office.id in RESERVED:
            yield source.mistake("id-reserved", ("id",), name=office.id, names=", ".join(sorted(RESERVED)))
        for name in office.channels:
            id_ = f"{office.id}-{name}"
            if id_ in channels:
                yield source.mistake("channel-taken", ("channels", name), name=id_, other=channels[id_])
            channels.setdefault(id_, office.id)


def _worktime(worktime: WorkTime, source: Source, loc: Loc) -> Iterator[Mistake]:
    for day, hours in worktime.hours.items():
        yield from _hours(hours, source, (*loc, "hours", day))
    for place, special in enumerate(worktime.days):
        yield from _hours(special.hours or Hours(spans=()), source, (*loc, "days", place, "hours"))
    for place, season in enumerate(worktime.seasons):
        here: Loc = (*loc, "seasons", place)
        if season.until < season.from_:
            yield source.mistake("season-backwards", (*here, "until"), name=season.name)
        for day, hours in season.hours.items():
            yield from _hours(hours, source, (*here, "hours", day))


def _hours(hours: Hours, source: Source, loc: Loc) -> Iterator[Mistake]:
    pairs = zip(hours.spans, hours.spans[1:], strict=False)
    if any(after[0] < before[1] for before, after in pairs):
        yield source.mistake("hours-overlap", loc)


class _Office:
    """The rules of one office: its own file, then each of its procedures."""

    def __init__(self, offices: Offices, office: Office, names: Names) -> None:
        self.offices, self.office, self.names = offices, office, names
        self.source = offices.sources["office", office.id]

    def mistakes(self) -> Iterator[Mistake]:
        yield from _worktime(self.office.worktime, self.source, ("worktime",))
        yield from self.lists()
        yield from self.roles()
        yield from self.channels()
        yield from self.routes()
        yield from paper_mistakes(self.office, self.source, self.names)
        yield from self.messages()
        yield from self.recaps()
        for place, name in enumerate(self.office.next_door.order):
            loc: Loc = ("next_door", "order", place)
            yield from unknown(self.source, "route-channel-unknown", loc, name, self.office.channels)
        day_minutes = self.office.worktime.usual_day_minutes(self.offices.worktime)
        if not day_minutes:
            yield self.source.mistake("hours-none", ("worktime", "hours"))
        for id_, procedure in self.office.procedures.items():
            source = self.offices.sources["procedure", self.office.id, id_]
            yield from procedure_mistakes(procedure, self.office, source, self.names, day_minutes)

    def lists(self) -> Iterator[Mistake]:
        office = self.office
        lists = {
            "kinds": [kind.id for kind in office.kinds],
            "papers": [paper.id for paper in office.papers],
            "registers": [book.id for book in office.registers],
            "numberings": [numbering.id for numbering in office.numberings],
            "agencies": [agency.id for agency in office.agencies],
            "checks": [check.id for check in office.checks],
            "webhooks": [hook.id for hook in office.webhooks],
            "recaps": [order.id for order in office.recaps],
            "ceilings": [f"{ceiling.id} {ceiling.valid_from}" for ceiling in office.ceilings],
        }
        for key, ids in lists.items():
            yield from duplicates(self.source, (key,), ids)
        if not office.kinds:
            yield self.source.mistake("kinds-none", ("kinds",))
        for name in office.retention:
            kinds = [kind.id for kind in office.kinds]
            yield from unknown(self.source, "retention-kind-unknown", ("retention", name), name, kinds)
        ceilings = {ceiling.id for ceiling in office.ceilings}
        for place, kind in enumerate(office.kinds):
            if kind.ceiling is not None:
                loc: Loc = ("kinds", place, "ceiling")
                yield from unknown(self.source, "ceiling-unknown", loc, kind.ceiling, ceilings)
            if kind.sealed and not office.seeing:
                yield self.source.mistake("seal-unseen", ("kinds", place, "sealed"), name=kind.id)

    def roles(self) -> Iterator[Mistake]:
        roles = self.office.roles
        for id_, role in roles.items():
            if role.superior is None:
                continue
            loc: Loc = ("roles", id_, "superior")
            yield from unknown(self.source, "superior-unknown", loc, role.superior, roles)
            chain = self.office.superiors(id_)
            if id_ in chain:
                yield self.source.mistake("superior-circle", loc, chain=" → ".join((id_, *chain)))
        for place, check in enumerate(self.office.checks):
            for at, name in enumerate(check.by):
                yield from unknown(self.source, "actor-unknown", ("checks", place, "by", at), name, roles)

    def channels(self) -> Iterator[Mistake]:
        for name, entry in self.office.channels.items():
            if self.names.kinds is not None:
                loc: Loc = ("channels", name, "kind")
                yield from unknown(self.source, "channel-kind-unknown", loc, entry.kind, self.names.kinds)
            if not any(_takes(route, name, entry.kind) for route in self.office.routes):
                yield self.source.mistake("channel-unrouted", ("channels", name), name=name)

    def routes(self) -> Iterator[Mistake]:
        routes = self.office.routes
        if not (routes and _covers(routes[-1], Route(procedure="x"))):
            yield self.source.mistake("route-no-default", ("routes", max(0, len(routes) - 1)))
        for place, route in enumerate(routes):
            yield from self.route(route, ("routes", place))
            if any(_covers(earlier, route) for earlier in routes[:place]):
                yield self.source.mistake("route-unreached", ("routes", place))

    def route(self, route: Route, loc: Loc) -> Iterator[Mistake]:
        kinds = {kind.id for kind in self.office.kinds}
        if route.channel:
            channels = self.office.channels
            yield from unknown(self.source, "route-channel-unknown", (*loc, "channel"), route.channel, channels)
        if route.kind:
            yield from unknown(self.source, "route-kind-unknown", (*loc, "kind"), route.kind, kinds)
        if route.door and self.names.kinds is not None:
            yield from unknown(self.source, "route-door-unknown", (*loc, "door"), route.door, self.names.kinds)
        procedures = self.office.procedures
        yield from unknown(self.source, "procedure-unknown", (*loc, "procedure"), route.procedure, procedures)

    def recaps(self) -> Iterator[Mistake]:
        """A recap goes out through a mail door of the office."""
        mail = [name for name, entry in self.office.channels.items() if entry.kind == "email"]
        for place, order in enumerate(self.office.recaps):
            if not mail:
                yield self.source.mistake("recap-no-door", ("recaps", place), name=order.id)
            elif order.through is not None:
                loc: Loc = ("recaps", place, "through")
                yield from unknown(self.source, "recap-door-unknown", loc, order.through, mail)

    def messages(self) -> Iterator[Mistake]:
        """The office's own words may only replace messages that exist."""
        folder = self.offices.messages(self.office.id)
        if self.names.messages is None or not folder.is_dir():
            return
        for path in sorted(folder.glob("*.txt")):
            file = Source(str(path.relative_to(self.offices.folder)))
            yield from unknown(file, "message-own-unknown", (), path.stem, self.names.messages)


def _takes(route: Route, channel: str, door: str) -> bool:
    return route.channel in {"", channel} and route.door in {"", door}


def _covers(earlier: Route, later: Route) -> bool:
    """Whether ``later`` never gets a turn: the earlier line takes everything that it would."""
    pairs = ((earlier.channel, later.channel), (earlier.door, later.door), (earlier.kind, later.kind))
    return all(mine in {"", theirs} for mine, theirs in pairs)
