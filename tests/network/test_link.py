import base64
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.network.document import MAX_BYTES, parse, to_text
from cnnviz.network.edits import Edit, edited
from cnnviz.network.link import from_link_text, to_link_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.network.unfold import unfold
from tests.network.strategies import networks


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(data, level=9)).decode().rstrip("=")


def vgg19_unfolded() -> Network:
    network = preset("vgg19")
    for index in reversed(range(5)):
        network = edited(network, Edit((index,), unfold(network, str(index))))
    return network


@settings(max_examples=50)
@given(networks())
def test_any_network_comes_back_from_its_link_text(network):
    text = to_link_text(network)
    assert re.fullmatch(r"[\w.-]+", text, re.ASCII)
    assert to_text(from_link_text(text)) == to_text(network)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_as_it_comes_is_its_name_and_a_changed_one_is_not(name):
    assert to_link_text(preset(name)) == name
    assert from_link_text(name) == preset(name)
    changed = preset(name).replace(width=0.3)
    assert to_link_text(changed) != name
    assert from_link_text(to_link_text(changed)) == changed


def test_a_network_of_45_layers_takes_fewer_than_400_characters():
    network = vgg19_unfolded()
    assert len(network.layers) == 45
    assert len(to_link_text(network)) < 400


def test_what_mail_does_to_a_long_word_does_no_harm():
    text = to_link_text(vgg19_unfolded())
    assert from_link_text(f" {text[:76]}\r\n{text[76:]}=\n") == vgg19_unfolded()


@given(st.data())
def test_a_word_that_is_cut_short_anywhere_is_told(data):
    word = to_link_text(vgg19_unfolded())
    length = data.draw(st.integers(min_value=2, max_value=len(word) - 1))
    with pytest.raises(SpecError, match=r"^the network in this link cannot be read: it is (cut short|damaged)"):
        from_link_text(word[:length])


@given(st.text(max_size=200))
def test_rubbish_is_a_mistake_in_words_and_never_another_error(text):
    for word in (text, f"eN{text}"):
        with pytest.raises(SpecError, match="network"):
            from_link_text(word)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("", "'' is neither a preset's name nor a network from a link; copy the whole link"),
        ("vgg12", "'vgg12' is neither a preset's name nor a network from a link; did you mean vgg1[13]?"),
        (packed(b"hello"), "the network in this link cannot be read: a network is written as `name:`"),
        (packed(b"input_shape: [1, 8, 8]\nlayers: [Konv2d()]"), "cannot be read: layer 0: there is no layer kind"),
        (packed(b"\xff"), "cannot be read: it is damaged; copy the whole link"),
        (packed(b"name: x") + "AAAA", "cannot be read: it is damaged"),
        ("eN" + "A" * 300_000, "cannot be read: it can have 200,000 characters, and has 300,002"),
    ],
)
def test_the_mistake_says_what_is_wrong_with_a_word(word, told):
    with pytest.raises(SpecError, match=told):
        from_link_text(word)


def test_a_small_word_that_would_unpack_without_end_is_refused():
    bomb = packed(b" " * (100 * MAX_BYTES))
    assert len(bomb) < 200_000
    with pytest.raises(SpecError, match="a network's text can have 1,200,000 bytes, and this has more"):
        from_link_text(bomb)


def test_a_word_of_an_older_version_with_what_is_no_longer_there_is_told():
    old = packed(to_text(parse("input_shape: [1, 8, 8]\nlayers: [ReLU()]")).replace("name:", "title:").encode())
    with pytest.raises(SpecError, match="title: there is no such setting"):
        from_link_text(old)
