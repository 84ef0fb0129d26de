from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.base import Abilities, Approved, Outbound, Undelivered
from inbox.window import heard, lawful, window

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
WHATSAPP = Abilities("whatsapp", window=DAY)
MESSENGER = Abilities("messenger", window=DAY, late_window=WEEK)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("abilities", "ago", "state", "ends_in"),
    [
        pytest.param(Abilities("email"), None, "always", None, id="none"),
        pytest.param(WHATSAPP, timedelta(), "open", DAY, id="just-now"),
        pytest.param(WHATSAPP, DAY, "open", timedelta(), id="last-moment"),
        pytest.param(WHATSAPP, DAY + SECOND, "closed", None, id="over"),
        pytest.param(WHATSAPP, None, "closed", None, id="never-wrote"),
        pytest.param(MESSENGER, DAY, "open", timedelta(), id="messenger-open"),
        pytest.param(MESSENGER, DAY + SECOND, "late", WEEK - DAY - SECOND, id="messenger-late"),
        pytest.param(MESSENGER, WEEK + SECOND, "closed", None, id="messenger-over"),
    ],
)
def test_a_window_opens_with_the_citizen_and_closes_with_time(
    now: datetime, abilities: Abilities, ago: timedelta | None, state: str, ends_in: timedelta | None
) -> None:
    """It is counted from the citizen's last word at that door; a person's words have the platform's longer one."""
    here = window(abilities, now - ago if ago is not None else None, now)
    assert (here.state, here.ends_at) == (state, now + ends_in if ends_in is not None else None)


@pytest.mark.parametrize(
    ("abilities", "ago", "automatic", "approved", "goes"),
    [
        pytest.param(WHATSAPP, DAY, True, False, "free", id="open"),
        pytest.param(WHATSAPP, DAY + SECOND, False, False, "", id="closed-officer"),
        pytest.param(WHATSAPP, DAY + SECOND, True, False, "", id="closed-clerk"),
        pytest.param(WHATSAPP, DAY + SECOND, True, True, "free", id="closed-template"),
        pytest.param(MESSENGER, DAY + SECOND, False, False, "late", id="late-officer"),
        pytest.param(MESSENGER, DAY + SECOND, True, False, "", id="late-clerk"),
        pytest.param(MESSENGER, DAY, False, False, "free", id="messenger-open"),
        pytest.param(MESSENGER, WEEK + SECOND, False, False, "", id="late-over"),
    ],
)
def test_only_what_the_platform_allows_leaves(
    now: datetime, abilities: Abilities, ago: timedelta, automatic: bool, approved: bool, goes: str
) -> None:
    """After the window an officer's own words leave as a person's, where there is such a rule; the clerk's never."""
    template = Approved("status", "id", ("BLT-26-000001",)) if approved else None
    outbound = Outbound("k", "+6281200000101", "Halo", automatic=automatic, approved=template)
    if goes:
        assert lawful(outbound, abilities, now - ago, now).late is (goes == "late")
    else:
        with pytest.raises(Undelivered) as failed:
            lawful(outbound, abilities, now - ago, now)
        assert (failed.value.reason, failed.value.retry) == ("window-closed", False)


@pytest.mark.parametrize(
    ("abilities", "said", "before", "counts_from"),
    [
        pytest.param(WHATSAPP, -20, None, -20, id="came-late"),
        pytest.param(WHATSAPP, -20, -2, -2, id="older-than-the-last"),
        pytest.param(WHATSAPP, 3, -2, 0, id="ahead-of-us"),
        pytest.param(WHATSAPP, None, -2, 0, id="unknown"),
        pytest.param(Abilities("email"), -20, None, 0, id="no-window"),
    ],
)
def test_the_window_is_counted_from_the_platforms_moment(
    now: datetime, abilities: Abilities, said: int | None, before: int | None, counts_from: int
) -> None:
    """A message that reaches us hours late has opened it hours ago; one that overtook another closes nothing."""
    said_at = datetime.fromtimestamp(0, UTC) if said is None else now + timedelta(hours=said)
    last = now + timedelta(hours=before) if before is not None else None
    assert heard(abilities, last, said_at, now) == now + timedelta(hours=counts_from)
