"""The front desk's rooms: taking down what somebody says, what they take home, the suggestion boxes, and what
waits to be handed over."""

from __future__ import annotations

from channels.base import Program
from inbox.boxes import Boxes
from inbox.handovers import Handovers
from inbox.recognising import Recognising
from inbox.tickets import Tickets
from inbox.web.boxes import BoxPages
from inbox.web.handovers import HandoverPages
from inbox.web.rail import Rails
from inbox.web.receipts import Receipts
from inbox.web.register import Registering


def front_rooms(
    tickets: Tickets, program: Program, rails: Rails
) -> tuple[Registering, Receipts, BoxPages, HandoverPages]:
    """All of them."""
    boxes = Boxes(tickets)
    registering = Registering(program, rails, tickets.cases.calendars, Recognising(tickets), boxes)
    return registering, Receipts(tickets), BoxPages(boxes, rails), HandoverPages(Handovers(tickets), rails)
