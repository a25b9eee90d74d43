"""What reading does with text that is wrong."""

import pytest

from cnnviz.errors import SpecError


def error_line(read, given_) -> str:
    """Return the one line with which reading fails."""
    with pytest.raises(SpecError) as error:
        read(given_)
    text = str(error.value)
    assert text
    assert len(text.splitlines()) == 1
    assert len(text) < 1000
    return text


def read_or_refuse(read, text):
    """Return what is read, or None where a SpecError refuses it; any other exception goes through."""
    try:
        return read(text)
    except SpecError:
        return None
