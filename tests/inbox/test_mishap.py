from __future__ import annotations

import json

import pytest

from inbox.files import Files
from inbox.mishap import place


def test_a_mishap_is_named_by_class_and_by_its_place_in_our_code(tmp_path: object) -> None:
    """The innermost line of ours is named, not the library's below it, and none of the error's words."""
    try:
        Files(tmp_path).path(json.loads("7"))  # type: ignore[arg-type] - a number where a text should be
    except TypeError as error:
        said = place(error)
    assert said.startswith("TypeError at inbox/files.py:")
    assert said.endswith(" in place")


def test_the_words_of_an_error_stay_out() -> None:
    """What a citizen wrote may stand in an error's words."""
    with pytest.raises(KeyError) as raised:
        {}["sri@example.org"]
    said = place(raised.value)
    assert "sri" not in said
    assert said.startswith("KeyError at tests/inbox/test_mishap.py:")


def test_an_error_that_was_never_raised_has_a_class_only() -> None:
    """Without a traceback the class is all there is to say."""
    assert place(KeyError("x")) == "KeyError"
