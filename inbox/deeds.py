"""One action of a procedure carried out on a held case: its papers, its step, how it ends, what the citizen hears.

Walks what ``inbox.sop.plan`` decided, in the transaction of ``inbox.acting``, which saves the case. Only an officer
gets here: nothing automatic completes a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inbox import endings, evidence, leading, papers, sop, steps
from inbox.actor import Actor
from inbox.cases import Case
from inbox.files import Files, StoredFile
from inbox.forms import PaperForm, Values, action_forms, check_form, check_known
from inbox.models import Message, Paper
from inbox.papers import Draft
from inbox.refused import Refused
from inbox.telling import Said, Telling
from inbox.ways import Through, link, note

# What a form posts beside the papers' fields: a way of ``inbox.ways``, or that nothing is to be sent.
THROUGH, UNSENT = "through", "-"
_ENDING_WORDS = {"handed-on": "dialihkan", "closed": "ditutup"}


class Deed:
    """An officer's action, once.

    Args:
        through: where its words to the citizen go, instead of where they were asked.
        unsent: it is done although no door lets its words out: they stand on the status page alone.
    """

    def __init__(
        self,
        case: Case,
        by: Actor,
        telling: Telling,
        files: Files,
        *,
        through: Through | None = None,
        unsent: bool = False,
    ) -> None:
        self._case, self._by, self._telling, self._files = case, by, telling, files
        self._through, self._unsent = through, unsent

    async def do(self, action: str, values: Values, files: Mapping[str, StoredFile]) -> None:
        """Do it. ``files`` are what came for the forms' file fields, stored already.

        Raises: Forbidden ``not-actor``; Refused ``not-open``, ``action-unknown``, ``evidence-...``, ``window-closed``
            (field ``through``), or for a field (``inbox.forms``).
        """
        case = self._case
        if not case.live:
            raise Refused("not-open", number=case.ticket.number)
        await leading.check_alone(case.ticket)
        plan = await self._plan(action)
        await evidence.demand(case.ticket, plan.action)
        forms = await self._forms(plan)
        check_known(forms, [*values, *files])
        filled = {form.paper: check_form(form, values, files, case.now, case.calendar) for form in forms}
        if case.ticket.status == "waiting":
            await steps.resume(case)
        drafts = [Draft(kind, filled.get(kind.id, {}), files.get(f"{kind.id}.file")) for kind in plan.takes]
        made = [await papers.make(case, draft, self._by) for draft in drafts]
        await self._go(plan, filled.get("", {}))
        await self._say(plan, drafts, made, filled.get("", {}))

    async def _plan(self, action: str) -> sop.Plan:
        case = self._case
        step = case.procedure.step(case.ticket.step)
        have = await papers.at_hand(case)
        needed = {paper for option in step.actions for paper in option.needs}
        return sop.plan(case.office, case.procedure, step.id, action, roles=self._by.roles, have=have, brought=needed)

    async def _forms(self, plan: sop.Plan) -> tuple[PaperForm, ...]:
        case = self._case
        filled_in = any(kind.made == "template" for kind in plan.takes)
        complaint = await papers.complaint_of(case.ticket) if filled_in else ""
        known = papers.known_of(case.ticket, complaint, self._by, case.now, case.calendar.zone)
        own = papers.acting_roles(case, self._by)
        return action_forms(case.office, plan.action, plan.takes, known, own)

    async def _go(self, plan: sop.Plan, ending: Mapping[str, str]) -> None:
        """Leave the step, enter the next, and end the case where that is an end."""
        case = self._case
        await case.log("acted", action=plan.action.label, step=case.procedure.step(case.ticket.step).name)
        await steps.classify(case, plan.action.ceiling)
        await steps.leave(case, "action", action=plan.action.id)
        case.change(status="open", unread=False)
        await steps.enter(case, plan.to.id)
        if not plan.ends:
            await case.log("step", step=plan.to.name)
        elif plan.outcome == "handed-on":
            await endings.hand_on(case, ending["agency"], ending["reason"])
        elif plan.outcome == "answered":
            await endings.answer(case)
        else:
            await endings.close(case, "action", ending.get("reason", ""))

    async def _say(
        self, plan: sop.Plan, drafts: Sequence[Draft], made: Sequence[Paper], ending: Mapping[str, str]
    ) -> None:
        """A message paper is the reply; else the words that the procedure marks; an end is never passed in silence."""
        template = "dijawab" if plan.outcome == "answered" else "jawaban-petugas"
        letters = [await self._letter(plan, letter) for letter in await papers.letters(self._case, plan.action)]
        replies = [(draft, paper) for draft, paper in zip(drafts, made, strict=True) if draft.kind.made == "message"]
        for draft, paper in replies:
            await self._reply(template, draft, paper)
        words = plan.tell or _ENDING_WORDS.get(plan.outcome or "", "")
        if words and not ((replies or letters) and words == template):
            reason = {"reason": ending.get("reason", "")}
            await self._telling.tell(self._case.ticket, words, self._case.now, reason)

    async def _letter(self, plan: sop.Plan, letter: Paper) -> bool:
        """An issued letter goes out: as a file where the door takes one, else as the words that say where it is."""
        case, files = self._case, tuple[StoredFile, ...]()
        if letter.pdf_digest:
            name = f"{papers.kind_of(case.office, letter).name}.pdf"
            size = self._files.path(letter.pdf_digest).stat().st_size
            files = (StoredFile(name, "application/pdf", size, letter.pdf_digest),)
        template = "surat-jawaban" if plan.outcome == "answered" else "surat"
        values = {"text": str(letter.values.get("text", ""))}
        sent = await self._speak(template, values, files)
        await Paper.filter(id=letter.id).update(message_id=sent[0].id if sent else 0)
        if not sent:
            await case.log("unheard")
        return True

    async def _reply(self, template: str, draft: Draft, paper: Paper) -> None:
        sent = await self._speak(template, {"text": draft.values["text"]}, (draft.file,) if draft.file else ())
        if sent:
            await Paper.filter(id=paper.id).update(message_id=sent[0].id)
        else:
            await self._case.log("unheard")

    async def _speak(self, template: str, values: Mapping[str, str], files: tuple[StoredFile, ...]) -> list[Message]:
        """The officer's words to whom they are for. Raises Refused ``window-closed``."""
        case = self._case
        said = Said(template, dict(values), case.now, self._by.officer_id, files)
        if self._unsent:
            return await self._telling.tell(
                case.ticket, template, case.now, values, officer_id=said.officer_id, files=files
            )
        chosen = None
        if self._through:
            chosen = await link(case.ticket, self._through.way, self._through.conversation_id, case.now)
            await note(case.ticket, self._through.way, self._by.mark, case.now)
        try:
            return await self._telling.answer(case.ticket, said, chosen)
        except Refused as refused:
            raise Refused(refused.code, field=THROUGH) from refused
