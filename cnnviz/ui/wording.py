"""Text of people's own in what Streamlit reads as Markdown."""

import re

from cnnviz.formatting import capitalized

_MARK = re.compile(r"([!-/:-@\[-`{-~])")  # what a backslash before it makes plain (CommonMark 0.31, section 2.4)
_WORD = re.compile(r"(?!(?:torchvision|cnnviz|lr) )[a-z]+ ")  # begins a sentence, and is no name as kernel_size is


def plain(text: object) -> str:
    """Return text that Markdown shows as it is, with no picture, link or formula made of it."""
    return _MARK.sub(r"\\\1", str(text))


def mistake_text(error: object, *more: str) -> str:
    """Return an error, which quotes what a person gave, as a sentence for a message, and more sentences after it."""
    text = str(error)
    text = capitalized(text) if _WORD.match(text) else text
    return " ".join([plain(text if text.endswith(("?", ".")) else f"{text}."), *more])
