"""Who may sign in, what a wrong password costs, and what an answer gives away."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from inbox.models import Counter, Officer, OfficerRole, Session
from inbox.officers import Officers
from inbox.refused import Missing, Refused
from tests.inbox.house import House

PASSWORD = "sawah hijau di timur"


@pytest.fixture
def officers(any_house: House) -> Officers:
    """Officers whose hashes cost next to nothing."""
    return Officers(any_house.database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def rina(officers: Officers, house: House, now: datetime, **known: str) -> Officer:
    """An officer at the counter."""
    return await officers.add(house.office, "Rina", "Rina Wulandari", ["petugas"], PASSWORD, now=now, **known)


async def test_a_new_officer_signs_in(officers: Officers, any_house: House, now: datetime) -> None:
    """The login is read without case, and the initials come from the name."""
    made = await rina(officers, any_house, now)
    found = await officers.sign_in(" RINA ", PASSWORD, now)
    assert found is not None
    assert (found.id, found.login, found.initials) == (made.id, "rina", "RW")
    assert await OfficerRole.filter(officer_id=made.id).values_list("role", flat=True) == ["petugas"]


async def test_the_password_is_kept_as_argon2(officers: Officers, any_house: House, now: datetime) -> None:
    """What is stored is an argon2id hash and not the password."""
    made = await rina(officers, any_house, now)
    assert made.password.startswith("$argon2id$")
    assert PASSWORD not in made.password


@pytest.mark.parametrize(
    ("login", "name", "roles", "password", "code"),
    [
        ("r", "Rina", ["petugas"], PASSWORD, "login-unreadable"),
        ("rina w", "Rina", ["petugas"], PASSWORD, "login-unreadable"),
        ("rina", " ", ["petugas"], PASSWORD, "name-missing"),
        ("rina", "Rina", [], PASSWORD, "roles-missing"),
        ("rina", "Rina", ["raja"], PASSWORD, "role-unknown"),
        ("rina", "Rina", ["petugas"], "pendek", "password-short"),
        ("rina", "Rina", ["petugas"], "x" * 201, "password-long"),
        ("rinawulandari", "Rina", ["petugas"], "rinawulandari1", "password-is-login"),
        ("lama", "Rina", ["petugas"], PASSWORD, "login-taken"),
    ],
)
async def test_what_cannot_be_an_officer(
    officers: Officers,
    any_house: House,
    now: datetime,
    login: str,
    name: str,
    roles: list[str],
    password: str,
    code: str,
) -> None:
    """Each thing that is wrong is refused by its own name."""
    await officers.add(any_house.office, "lama", "Lama", ["petugas"], PASSWORD, now=now)
    with pytest.raises(Refused, match=f"^{code}$"):
        await officers.add(any_house.office, login, name, roles, password, now=now)
    assert await Officer.all().count() == 1


async def test_wrong_unknown_and_inactive_are_the_same(officers: Officers, any_house: House, now: datetime) -> None:
    """A wrong password, an unknown login, an officer who left and one without a password all answer nothing."""
    made = await rina(officers, any_house, now)
    assert await officers.sign_in("rina", "salah", now) is None
    assert await officers.sign_in("siapa", PASSWORD, now) is None
    await Officer.filter(id=made.id).update(active=False)
    assert await officers.sign_in("rina", PASSWORD, now) is None
    await Officer.filter(id=made.id).update(active=True, password="")
    assert await officers.sign_in("rina", "", now) is None


async def test_an_unknown_login_costs_a_write_too(officers: Officers, now: datetime) -> None:
    """What is written for a known login is written for a name that nobody has, so that time tells nothing."""
    for _ in range(2):
        assert await officers.sign_in("siapa", "salah salah salah", now) is None
    assert (await Counter.get(name="sign-in:nobody")).value == 2


async def test_an_unknown_login_costs_a_hash_too(
    officers: Officers, any_house: House, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a sign-in fails, one password is compared, so that the time it takes says nothing."""
    tried: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        tried.append(password)
        return verify(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    await rina(officers, any_house, now)
    for _ in range(6):
        await officers.sign_in("rina", "salah", now)
        await officers.sign_in("siapa", "salah", now)
    assert len(tried) == 12


async def test_five_failures_lock_the_login(officers: Officers, any_house: House, now: datetime) -> None:
    """After five wrong passwords the right one does nothing for a minute, then it does."""
    await rina(officers, any_house, now)
    for _ in range(5):
        assert await officers.sign_in("rina", "salah", now) is None
    assert await officers.sign_in("rina", PASSWORD, now + timedelta(seconds=59)) is None
    assert await officers.sign_in("rina", PASSWORD, now + timedelta(seconds=61)) is not None


async def test_four_failures_lock_nothing(officers: Officers, any_house: House, now: datetime) -> None:
    """Four typing errors are forgiven, and a good sign-in wipes them out."""
    await rina(officers, any_house, now)
    for _ in range(2):
        for _ in range(4):
            await officers.sign_in("rina", "salah", now)
        assert await officers.sign_in("rina", PASSWORD, now) is not None


async def test_the_lock_grows_up_to_an_hour(officers: Officers, any_house: House, now: datetime) -> None:
    """Each further failure doubles the time, and it ends at an hour."""
    await rina(officers, any_house, now)
    at, lengths = now, []
    for _ in range(14):
        await officers.sign_in("rina", "salah", at)
        until = (await Officer.get(login="rina")).locked_until
        lengths.append(round((until - at).total_seconds() / 60) if until else 0)
        at = max(at, until or at) + timedelta(seconds=1)
    assert lengths == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


async def test_trying_while_locked_does_not_lengthen_it(officers: Officers, any_house: House, now: datetime) -> None:
    """Somebody who keeps guessing cannot keep an officer out for ever."""
    await rina(officers, any_house, now)
    for _ in range(40):
        await officers.sign_in("rina", "salah", now)
    assert await officers.sign_in("rina", PASSWORD, now + timedelta(seconds=61)) is not None


async def test_many_guesses_at_once_are_many_guesses(officers: Officers, any_house: House, now: datetime) -> None:
    """Guesses sent together are counted one by one: the right password among the late ones does nothing."""
    await rina(officers, any_house, now)
    wrong = [officers.sign_in("rina", f"salah {n}", now) for n in range(12)]
    assert await asyncio.gather(*wrong) == [None] * 12
    assert await officers.sign_in("rina", PASSWORD, now) is None


async def test_a_new_password_opens_the_lock_and_ends_every_session(
    officers: Officers, any_house: House, now: datetime
) -> None:
    """After a reset only the new password works, at once, and every browser must sign in again."""
    made = await rina(officers, any_house, now)
    await Session.create(digest="a" * 64, officer_id=made.id, created_at=now, seen_at=now, expires_at=now)
    for _ in range(6):
        await officers.sign_in("rina", "salah", now)
    await officers.set_password("rina", "kata sandi yang baru")
    assert await officers.sign_in("rina", PASSWORD, now) is None
    assert await officers.sign_in("rina", "kata sandi yang baru", now) is not None
    assert await Session.all().count() == 0


async def test_a_password_for_nobody_is_refused(officers: Officers, any_house: House) -> None:
    """A login that does not exist is named."""
    with pytest.raises(Missing, match="login-unknown"):
        await officers.set_password("siapa", PASSWORD)
