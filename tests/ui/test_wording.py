import pytest

from cnnviz.ui.wording import mistake_text, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](https://a.b/c.png)", r"\!\[x\]\(https\:\/\/a\.b\/c\.png\)"),
        ("*a* $x^2$ :red[b]", r"\*a\* \$x\^2\$ \:red\[b\]"),
        (r"a\*b", r"a\\\*b"),
        ("96×54×54 漢字", "96×54×54 漢字"),
    ],
)
def test_marks_of_markdown_are_shown_as_they_are(text, shown):
    assert plain(text) == shown


def test_a_mistake_ends_as_a_sentence_does():
    assert mistake_text("no such thing", "Nothing was changed.") == r"No such thing\. Nothing was changed."
    assert mistake_text("kernel_size is 0") == r"kernel\_size is 0\."
    assert mistake_text(ValueError("did you mean lenet?")) == r"Did you mean lenet\?"
