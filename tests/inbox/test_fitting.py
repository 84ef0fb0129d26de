from __future__ import annotations

import pytest

from channels.base import Abilities
from inbox.fitting import fit
from inbox.refused import Refused
from templates import Words

SAID = Words(long="Kami sudah menjawab aduan Anda.", short="Sudah dijawab.", subject="Jawaban")
ASKED = (("SELESAI", "Sudah selesai"), ("BELUM", "Belum selesai"))


@pytest.mark.parametrize(
    ("abilities", "text"),
    [
        (Abilities("email"), SAID.long),
        (Abilities("phone", style="short"), SAID.short),
        (Abilities("email", longest=20), SAID.short),
    ],
)
def test_the_longest_form_that_suits_the_door_is_taken(abilities: Abilities, text: str) -> None:
    """A door gets the form of its style, and the short one where the long one does not fit."""
    assert fit(SAID, abilities).text == text
    assert fit(SAID, abilities).subject == "Jawaban"


def test_choices_are_buttons_where_the_door_has_enough_of_them() -> None:
    """Two choices fit under a message with three buttons, and the text stays as it is."""
    fitted = fit(SAID, Abilities("telegram", buttons=3), ASKED)
    assert (fitted.text, fitted.buttons) == (SAID.long, ASKED)


@pytest.mark.parametrize("buttons", [0, 1])
def test_choices_are_spelled_out_where_the_door_has_no_buttons(buttons: int) -> None:
    """Without buttons, or with too few, the text says what to type."""
    fitted = fit(SAID, Abilities("email", buttons=buttons), ASKED)
    assert fitted.text == "Kami sudah menjawab aduan Anda.\n\nSELESAI = Sudah selesai\nBELUM = Belum selesai"
    assert fitted.buttons == ()


def test_a_text_that_names_its_choices_is_not_lengthened() -> None:
    """Where the words already say what to type, nothing is added: an SMS stays one SMS."""
    words = Words.plain("Balas SELESAI bila beres, belum bila belum.")
    assert fit(words, Abilities("phone", style="short"), ASKED).text == words.short


def test_a_choice_without_a_label_of_its_own_is_said_once() -> None:
    """A value that is its own label is not written twice."""
    assert fit(Words.plain("Nilai?"), Abilities("email"), (("5", "5"), ("1", "1"))).text == "Nilai?\n\n5\n1"


def test_what_fits_in_no_form_is_refused_with_the_limit() -> None:
    """An officer whose words are too long for a door learns how long they may be."""
    with pytest.raises(Refused) as refused:
        fit(Words.plain("x" * 161), Abilities("phone", style="short", longest=160))
    assert refused.value.code == "text-too-long"
    assert refused.value.values == {"longest": "160", "length": "161"}
