"""Everything an office can get wrong in its files, one row each: what was changed, and what is said of which line.

A row marks the line it expects with ``#!``; a row without a mark expects the file's first line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import config
import templates
from config import source
from config.check import check
from config.schema import Mistake

Write = Callable[..., Path]

SENTENCES: dict[str, str] = yaml.safe_load((templates.FOLDER / "mistakes.yaml").read_text("utf-8"))
KINDS, MESSAGES, PAPERS = {"email", "web"}, {"dijawab", "diterima"}, {"formulir"}
SIGNERS = {"contoh"}
OFFICE_FILE, SOP_FILE = "offices/kecil/office.yaml", "offices/kecil/sop/kecil-1.yaml"


@dataclass(frozen=True)
class Row:
    """One thing broken: ``changes`` to a file, the mistake it makes, and codes of those that follow from it."""

    code: str
    key: str
    changes: tuple[tuple[str, str], ...]
    file: str = OFFICE_FILE
    also: frozenset[str] = frozenset()


def office(code: str, key: str, *changes: tuple[str, str], also: str = "") -> Row:
    return Row(code, key, changes, OFFICE_FILE, frozenset(also.split()))


def sop(code: str, key: str, *changes: tuple[str, str], also: str = "") -> Row:
    return Row(code, key, changes, SOP_FILE, frozenset(also.split()))


CITY = "city: Kota Kecil"
KEY = f"whsec_{'A' * 43}="


def hook(*, url: str = "https://kota.example/masuk", secret: str = KEY, events: str = "[]") -> str:
    """An office's city, and a webhook of it."""
    return f"{CITY}\nwebhooks:\n  - id: kota\n    url: {url}\n    secret: {secret}\n    events: {events}"


def sso(line: str) -> str:
    """An office's city, and its single sign-on with one line written otherwise."""
    right = ["issuer: https://sso.kota.example", "client_id: wadul", "client_secret: rahasia", "login: email"]
    kept = [one for one in right if one.split(":")[0] != line.split(":", maxsplit=1)[0]]
    return "\n".join([CITY, "single_sign_on:", *(f"  {one}" for one in [*kept, line])])


def numbering(pattern: str, more: str = "") -> str:
    """An office's city, and a numbering of it."""
    return f'{CITY}\nnumberings:\n  - {{id: keluar, name: Surat keluar, pattern: "{pattern}"{more}}} #!'


FORM = "made: template, template: formulir}"


def recap(rest: str) -> str:
    """An office's city, and a recap that it has sent."""
    every = "" if "every" in rest else "every: daily, "
    return f"{CITY}\nrecaps:\n  - {{id: harian, to: [kepala@kecil.example], {every}{rest}"


LINES = "  lines: [Pemerintah Kota Kecil]"
PASSWORD = "{env: KECIL_PASSWORD}"
FIRST_ROUTE = "  - {channel: surel, kind: pengaduan, procedure: kecil-1}"
LAST_ROUTE = "  - {procedure: kecil-1}"
SPANS = '["08.00-12.00", "13.00-16.00"]'
HOURS = f"    senin: {SPANS}"
FINAL = "  - {id: selesai, final: true}"
FORWARD = "needs: [formulir, agenda]}"
ANSWER = "needs: [jawaban], tell: dijawab, outcome: answered}"
PROMISE = "promise: 45 menit"

ROWS = [
    # the file itself
    office("yaml-tab", "", (LINES, "\tlines: [] #!")),
    office("yaml-colon", "", (CITY, "city: Kota: Kecil #!")),
    sop("yaml-quote", "", ("title: Pelayanan", 'title: "Pelayanan #!')),
    office("yaml-character", "", (CITY, "city: Kota\x07 Kecil #!")),
    office("yaml-alias", "", (CITY, "city: *kota #!")),
    office("yaml-indent", "", (LINES, "  lines: [a\ncity: b} #!")),
    office("yaml-syntax", "", (CITY, "city: @kota #!")),
    office("yaml-tag", "city", (CITY, "city: !kota Kecil #!")),
    office("yaml-deep", "", (CITY, "city: " + "[" * 60 + "]" * 60 + " #!")),
    office("key-unreadable", "letterhead", (LINES, LINES + "\n  ? [a, b] #!\n  : c")),
    office("key-duplicate", "city", (CITY, CITY + "\ncity: Kota Besar #!")),
    # keys and values
    office("key-unknown", "xyzzy", (CITY, CITY + "\nxyzzy: 1 #!")),
    office("key-misspelt", "lettrehead", (CITY, CITY + "\nlettrehead: 1 #!")),
    office("key-missing", "roles.petugas.name", ("name: Petugas, superior: kepala}", "superior: kepala} #!")),
    office("value-empty", "city", (CITY, "city: #!")),
    office("text-expected", "city", (CITY, "city: 12 #!")),
    office("text-expected", "city", (CITY, "city: true #!")),
    office("text-expected", "city", (CITY, "city: 2026-01-01 #!")),
    office("mapping-expected", "letterhead", ("\n" + LINES, " [Pemerintah] #!")),
    office("list-expected", "letterhead.lines", (LINES, "  lines: Pemerintah #!")),
    office("choice-unknown", "time_zone", ("Asia/Jakarta", "Asia/Blitar #!")),
    office("choice-unknown", "roles.petugas.may.2", ("superior: kepala}", "may: [reply, terbang]} #!")),
    office("number-expected", "clerk.burst_minutes", (CITY, CITY + "\nclerk: {burst_minutes: dua} #!")),
    office("number-outside", "clerk.burst_minutes", (CITY, CITY + "\nclerk: {burst_minutes: 99} #!")),
    office("date-unreadable", "ceilings.biasa.valid_from", ("2019-01-01}", "2019-13-01} #!")),
    office("date-unreadable", "ceilings.biasa.valid_from", ("2019-01-01}", "2019-01-01T10:00:00} #!")),
    office("code-malformed", "code", ("code: KCL", "code: Kcl #!")),
    office("kind-malformed", "channels.surel.kind", ("kind: email", "kind: E-Mail #!")),
    office("id-malformed", "kinds.Pengaduan.id", ("id: pengaduan,", "id: Pengaduan, #!\n    ")),
    office(
        "id-malformed",
        "roles.Kepala Dinas",
        ("  kepala: {", "  Kepala Dinas: { #!\n    "),
    ),
    office("id-elsewhere", "id", ("id: kecil\n", "id: besar #!\n")),
    office(
        "id-duplicate",
        "papers.jawaban.id",
        ("{id: jawaban,", "{id: jawaban, name: J, made: note}\n  - {id: jawaban, #!\n    "),
    ),
    office("procedures-elsewhere", "procedures", (CITY, CITY + "\nprocedures: {} #!")),
    office("env-malformed", "channels.surel.password", (PASSWORD, "{env: [a]} #!")),
    office("env-missing", "channels.surel.password", (PASSWORD, "{env: TIDAK_ADA} #!")),
    office("env-missing", "webhooks.kota.secret", (CITY, hook(secret="{env: TIDAK_ADA} #!"))),
    office("issuer-malformed", "single_sign_on.issuer", (CITY, sso("issuer: http://sso.kota.example #!"))),
    office("claim-malformed", "single_sign_on.login", (CITY, sso("login: nama masuk #!"))),
    office("domain-malformed", "single_sign_on.domain", (CITY, sso('domain: "@kota.example" #!'))),
    office("env-missing", "single_sign_on.client_secret", (CITY, sso("client_secret: {env: TIDAK_ADA} #!"))),
    office("hook-url-malformed", "webhooks.kota.url", (CITY, hook(url="ftp://kota.example #!"))),
    office("hook-secret-malformed", "webhooks.kota.secret", (CITY, hook(secret="rahasia #!"))),
    office("hook-secret-malformed", "webhooks.kota.secret", (CITY, hook(secret="whsec_AAAA #!"))),
    office("choice-unknown", "webhooks.kota.events.1", (CITY, hook(events="[ticket.burnt] #!"))),
    sop("span-unreadable", "promise", (PROMISE, "promise: 45 mnt #!")),
    sop("span-unreadable", "steps.terima.within", ("within: 15 menit", "within: 15 #!")),
    sop("span-unreadable", "steps.terima.within", ("within: 15 menit", "within: 2 minggu #!")),
    sop("truth-expected", "steps.selesai.final", (FINAL, "  - {id: selesai, final: mungkin} #!")),
    sop("list-expected", "steps.terima.requires", ("requires: [formulir]", "requires: formulir #!")),
    sop("id-elsewhere", "id", ("id: kecil-1", "id: kecil-2 #!")),
    # working time
    office("hours-unreadable", "worktime.hours.senin", (SPANS, '["8-12"] #!')),
    office("hours-unreadable", "worktime.hours.senin", (SPANS, "08.00-12.00 #!")),
    office("hours-unreadable", "worktime.hours.senin", (SPANS, '["08.00-25.00"] #!')),
    office("hours-backwards", "worktime.hours.senin", (SPANS, '["16.00-08.00"] #!')),
    office("hours-overlap", "worktime.hours.senin", (SPANS, '["08.00-13.30", "13.00-16.00"] #!')),
    office(
        "hours-overlap",
        "worktime.days.1.hours",
        (HOURS, HOURS + '\n  days:\n    - {on: 2026-03-02, name: HUT, hours: ["13.00-14.00", "08.00-09.00"]} #!'),
    ),
    office(
        "season-backwards",
        "worktime.seasons.1.until",
        (HOURS, HOURS + "\n  seasons:\n    - {name: Ramadan, from: 2026-03-02, until: 2026-03-01, hours: {}} #!"),
    ),
    office(
        "hours-none",
        "worktime.hours",
        ("  hours:\n", "  hours: #!\n"),
        (HOURS, "    senin: []\n    selasa: []\n    rabu: []\n    kamis: []\n    jumat: []"),
    ),
    # the office
    office("channel-kind-unknown", "channels.surel.kind", ("kind: email", "kind: fax #!")),
    office(
        "channel-unrouted",
        "channels.surel",
        ("  surel:", "  loket: {kind: web}\n  surel: #!"),
        (FIRST_ROUTE, "  - {channel: loket, procedure: kecil-1}"),
        (LAST_ROUTE + "\n", ""),
        also="route-no-default",
    ),
    office(
        "kinds-none",
        "kinds",
        ("kinds:\n  - {id: pengaduan, name: Pengaduan, ceiling: biasa}", "kinds: [] #!"),
        also="route-kind-unknown",
    ),
    office("ceiling-unknown", "kinds.pengaduan.ceiling", ("ceiling: biasa}", "ceiling: luar} #!")),
    office("retention-unreadable", "retention.pengaduan", (CITY, f"{CITY}\nretention:\n  pengaduan: selamanya #!")),
    office("retention-unreadable", "retention.pengaduan", (CITY, f"{CITY}\nretention:\n  pengaduan: 5 hari #!")),
    office("retention-kind-unknown", "retention.pujian", (CITY, f"{CITY}\nretention:\n  pujian: 5 tahun #!")),
    office("seal-unseen", "kinds.pengaduan.sealed", ("ceiling: biasa}", "ceiling: biasa, sealed: true} #!")),
    office("superior-unknown", "roles.petugas.superior", ("superior: kepala}", "superior: raja} #!")),
    office("superior-circle", "roles.petugas.superior", ("superior: kepala}", "superior: petugas} #!")),
    office("route-no-default", "routes.2", (LAST_ROUTE, "  - {channel: surel, procedure: kecil-1} #!")),
    office(
        "route-no-default",
        "routes",
        ("routes:", "routes: [] #!"),
        (FIRST_ROUTE + "\n", ""),
        (LAST_ROUTE + "\n", ""),
        also="channel-unrouted",
    ),
    office(
        "route-unreached",
        "routes.2",
        (FIRST_ROUTE, "  - {procedure: kecil-1}\n  - {channel: surel, procedure: kecil-1} #!"),
    ),
    office("route-channel-unknown", "routes.1.channel", ("{channel: surel, kind", "{channel: sms, #!\n    kind")),
    office("route-kind-unknown", "routes.1.kind", ("kind: pengaduan, p", "kind: pujian, #!\n    p")),
    office("route-door-unknown", "routes.1.door", ("{channel: surel, kind", "{door: fax, #!\n    kind")),
    office("procedure-unknown", "routes.2.procedure", (LAST_ROUTE, "  - {procedure: kecil-9} #!")),
    office("register-missing", "papers.agenda", ("made: register, register: buku}", "made: register} #!")),
    office("register-unknown", "papers.agenda.register", ("register: buku}", "register: kitab} #!")),
    office("template-missing", "papers.formulir", ("made: template, template: formulir}", "made: template} #!")),
    office("template-unknown", "papers.formulir.template", ("template: formulir}", "template: blangko} #!")),
    office("paper-at-once", "papers.agenda", ("register: buku}", "register: buku, signed_by: kepala} #!")),
    office("signer-role-unknown", "papers.formulir.signed_by.1", (FORM, FORM[:-1] + ", signed_by: [raja]} #!")),
    office("signer-role-unknown", "papers.formulir.initials.2", (FORM, FORM[:-1] + ", initials: [petugas, x]} #!")),
    office("numbering-unknown", "papers.formulir.numbered", (FORM, FORM[:-1] + ", numbered: keluar} #!")),
    office("pattern-broken", "numberings.keluar.pattern", (CITY, numbering("{number}/{bulan}/{year}"))),
    office("pattern-broken", "numberings.keluar.pattern", (CITY, numbering("{number}"))),
    office("register-unknown", "numberings.keluar.register", (CITY, numbering("{number}/{year}", ", register: kitab"))),
    office("signatures-unknown", "signatures", (CITY, CITY + "\nsignatures: bsre #!")),
    office("recap-door-unknown", "recaps.harian.through", (CITY, recap("through: loket} #!"))),
    office(
        "recap-no-door",
        "recaps.harian",
        (CITY, recap("every: daily} #!")),
        ("    kind: email\n    password: {env: KECIL_PASSWORD}\n", "    kind: web\n"),
    ),
    # the procedure
    sop("step-unknown", "first", ("first: terima", "first: mulai #!")),
    sop("step-unknown", "reopen", ("first: terima", "first: terima\nreopen: ulang #!")),
    sop("step-unknown", "steps.terima.actions.jawab.to", ("to: selesai, needs", "to: tamat, #!\n         needs")),
    sop("step-final", "reopen", ("first: terima", "first: terima\nreopen: selesai #!")),
    sop("step-unreached", "steps.luar.id", (FINAL, FINAL + "\n  - {id: luar, final: true} #!")),
    sop("step-endless", "steps.luar.id", (FINAL, FINAL + "\n  - {id: luar, actor: kepala} #!"), also="step-unreached"),
    sop(
        "cycle-endless",
        "steps.kaji.id",
        ("  - id: kaji\n", "  - id: kaji #!\n"),
        (ANSWER + "\n  - {id: selesai", "}\n  - {id: selesai"),
        ("{id: jawab, label: Jawab, to: selesai, }", "{id: ulang, label: Ulang, to: ulang}"),
        (
            FINAL,
            FINAL + "\n  - id: ulang\n    actor: kepala\n    actions:\n      - {id: balik, label: Balik, to: kaji}",
        ),
    ),
    sop("final-none", "steps", ("steps:", "steps: #!"), ("final: true", "actor: kepala"), also="outcome-early"),
    sop(
        "final-actions",
        "steps.selesai.actions",
        (FINAL, "  - id: selesai\n    final: true\n    actions: #!\n      - {id: a, label: A, to: kaji}"),
    ),
    sop(
        "citizen-gated",
        "steps.terima.actions",
        ("    actor: petugas\n", "    citizen: true\n"),
        ("    actions:\n", "    actions: #!\n"),
    ),
    sop("actor-missing", "steps.terima.id", ("  - id: terima\n", "  - id: terima #!\n"), ("    actor: petugas\n", "")),
    sop("actor-unknown", "steps.terima.actor", ("actor: petugas\n", "actor: raja #!\n")),
    sop("actor-unknown", "steps.kaji.actor.2", ("actor: [kepala, petugas]", "actor: [kepala, raja] #!")),
    sop("paper-unknown", "steps.terima.requires.1", ("requires: [formulir]", "requires: [blangko] #!")),
    sop("paper-unknown", "steps.terima.produces.1", ("produces: [agenda]", "produces: [blangko] #!")),
    sop("paper-unknown", "steps.terima.actions.naikkan.needs.2", (FORWARD, "needs: [formulir, x]} #!")),
    sop("inferred-unknown", "steps.terima.inferred.1", ("inferred: [actor]", "inferred: [aktor] #!")),
    sop("message-unknown", "steps.terima.actions.jawab.tell", (ANSWER, "tell: hilang, outcome: answered} #!")),
    sop("choice-unknown", "steps.terima.actions.naikkan.evidence", (FORWARD, "evidence: imb} #!")),
    sop("outcome-missing", "steps.terima.actions.jawab", (ANSWER, "needs: [jawaban]} #!")),
    sop("outcome-early", "steps.terima.actions.naikkan.outcome", (FORWARD, "outcome: closed} #!")),
    sop("id-duplicate", "steps.terima.actions.jawab.id", ("{id: naikkan, label", "{id: jawab, #!\n         label")),
    sop("id-duplicate", "steps.kaji.id", (FINAL, FINAL + "\n  - {id: kaji, final: true} #!")),
    sop("promise-short", "promise", (PROMISE, "promise: 44 menit #!")),
    sop("promise-long", "promise", (PROMISE, "promise: 3 hari kerja #!")),
]


ELSEWHERE = ("folder-missing", "offices-none", "file-unreadable", "file-large", "file-encoding", "file-empty")
ELSEWHERE += (
    "code-taken",
    "channel-taken",
    "id-reserved",
    "message-own-unknown",
    "message-own-broken",
    "message-own-value",
    "message-own-part",
    "paper-own-unknown",
    "paper-own-broken",
    "value-unreadable",
    "text-long",
    "base-url-malformed",
    "meta-id-malformed",
    "graph-version-malformed",
)  # in test_reading.py, test_commands.py and test_own_papers.py


def everything(folder: Path, environ: dict[str, str]) -> tuple[Mistake, ...]:
    """What ``wadul check`` lists."""
    offices, mistakes = config.read(folder, environ)
    return (*mistakes, *check(offices, KINDS, MESSAGES, PAPERS, SIGNERS))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.key}")
def test_a_mistake_names_file_line_and_key(row: Row, write: Write, environ: dict[str, str]) -> None:
    """Each thing that can be wrong is said once, of its own file, line and key, and nothing else is blamed."""
    folder = write(office=row.changes) if row.file == OFFICE_FILE else write(sop=row.changes)
    lines = (folder / row.file).read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "#!" in text)
    found = everything(folder, environ)
    assert (row.code, row.file, line, row.key) in [(one.code, one.file, one.line, one.key) for one in found]
    assert {one.code for one in found} - {row.code} == row.also


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.key}")
def test_a_sentence_is_filled_from_its_mistake(row: Row, write: Write, environ: dict[str, str]) -> None:
    """Every code has its sentence, and the mistake brings every value that the sentence names."""
    folder = write(office=row.changes) if row.file == OFFICE_FILE else write(sop=row.changes)
    for one in everything(folder, environ):
        assert set(re.findall(r"(?<!\{)\{(\w+)\}", SENTENCES[one.code])) <= set(one.values), one


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}-{row.key}")
def test_without_the_quick_reader_all_is_read_alike(row: Row, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml: the same values, the same lines, the same mistakes."""
    folder = write(office=row.changes) if row.file == OFFICE_FILE else write(sop=row.changes)
    quick = source.read_source(folder / row.file, row.file)
    monkeypatch.setattr(source, "_Quick", None)
    plain = source.read_source(folder / row.file, row.file)
    assert (quick.mistakes, quick.data, quick.lines) == (plain.mistakes, plain.data, plain.lines)


def test_every_code_is_proved(write: Write) -> None:
    """No sentence without a test that makes its mistake, and no mistake without a sentence."""
    assert {row.code for row in ROWS} | set(ELSEWHERE) == set(SENTENCES)


def test_a_right_installation_has_no_mistake(write: Write, environ: dict[str, str]) -> None:
    """Nothing is said of files that are right."""
    assert everything(write(), environ) == ()


def test_all_mistakes_are_listed_at_once(write: Write, environ: dict[str, str]) -> None:
    """Mistakes of several files and several kinds come in one go, and a file that cannot be read blames no other."""
    folder = write(office=(("code: KCL", "code: kcl"), (HOURS, '    senin: ["8"]')), sop=((PROMISE, "promise: lama"),))
    found = [(one.code, one.file) for one in everything(folder, environ)]
    assert found == [("code-malformed", OFFICE_FILE), ("hours-unreadable", OFFICE_FILE), ("span-unreadable", SOP_FILE)]


def test_load_refuses_with_every_mistake(write: Write, environ: dict[str, str]) -> None:
    """What is loaded is sound: mistakes of shape and mistakes across files are raised together."""
    folder = write(office=(("superior: kepala}", "superior: raja}"),), sop=(("first: terima", "first: mulai"),))
    with pytest.raises(config.Misconfigured) as caught:
        config.load(folder, environ=environ)
    assert {one.code for one in caught.value.mistakes} == {"superior-unknown", "step-unknown"}


def test_a_broken_part_hides_no_other_mistake(write: Write, environ: dict[str, str]) -> None:
    """Rules across files work on whatever can be read of a file with mistakes, and blame nothing on its gaps."""
    folder = write(
        office=(
            ("time_zone: Asia/Jakarta", "time_zone: Asia/Blitar"),
            ("  kepala: {name: Kepala}", "  kepala: {name: Kepala, superior: raja}"),
            ("kind: pengaduan, procedure: kecil-1}", "kind: pujian, procedure: kecil-9}"),
            ("register: buku}", "register: kitab}"),
            ("{id: jawaban, name: Jawaban", "{id: Jawaban, name: Jawaban"),
        ),
        sop=((PROMISE, "promise: lama"), ("to: kaji, needs", "to: kaji-ulang, needs"), ("[kepala, petugas]", "[raja]")),
    )
    found = [(one.code, one.file, one.key) for one in everything(folder, environ)]
    assert sorted(found) == sorted(
        [
            ("choice-unknown", OFFICE_FILE, "time_zone"),
            ("superior-unknown", OFFICE_FILE, "roles.kepala.superior"),
            ("route-kind-unknown", OFFICE_FILE, "routes.1.kind"),
            ("procedure-unknown", OFFICE_FILE, "routes.1.procedure"),
            ("register-unknown", OFFICE_FILE, "papers.agenda.register"),
            ("id-malformed", OFFICE_FILE, "papers.Jawaban.id"),
            ("span-unreadable", SOP_FILE, "promise"),
            ("step-unknown", SOP_FILE, "steps.terima.actions.naikkan.to"),
            ("step-unreached", SOP_FILE, "steps.kaji.id"),
            ("actor-unknown", SOP_FILE, "steps.kaji.actor.1"),
        ]
    )


def test_an_entry_with_a_bad_name_is_told_with_what_is_wrong_in_it(write: Write, environ: dict[str, str]) -> None:
    """Its name and what it holds, in one run."""
    folder = write(office=(("  petugas: {name: Petugas, superior: kepala}", "  pet ugas: {superior: kepala}"),))
    found = {(one.code, one.key) for one in everything(folder, environ) if one.file == OFFICE_FILE}
    assert {("id-malformed", "roles.pet ugas"), ("key-missing", "roles.pet ugas.name")} <= found


@pytest.mark.parametrize("broken", ["roles: [\n", "roles: tiga\n", ""])
def test_an_office_that_cannot_be_read_still_has_its_procedures_proved(
    broken: str, write: Write, environ: dict[str, str]
) -> None:
    """What a procedure says by itself is told beside what is wrong with the office's file."""
    folder = write(sop=(("first: terima", "first: mulai"),))
    (folder / OFFICE_FILE).write_text(broken, "utf-8")
    found = everything(folder, environ)
    assert ("step-unknown", SOP_FILE, "first") in [(one.code, one.file, one.key) for one in found]
    assert {one.code for one in found if one.file == SOP_FILE} == {"step-unknown"}
    assert any(one.file == OFFICE_FILE for one in found)
