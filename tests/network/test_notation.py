import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.network import presets
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import (
    MAX_TEXT,
    layer_text,
    parse,
    parse_layer,
    parse_shape,
    parse_width,
    read_file,
    to_text,
    width_text,
)
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Layer, make_network
from tests.network import strategies

TINY = "input_shape: [1, 8, 8]\nlayers: [ReLU()]\n"


def error_line(read, given_) -> str:
    """Return the one line with which reading fails."""
    with pytest.raises(SpecError) as error:
        read(given_)
    text = str(error.value)
    assert text
    assert len(text.splitlines()) == 1
    assert len(text) < 500
    return text


def read_or_refuse(read, text):
    """Return what is read, or None where a SpecError refuses it; any other exception goes through."""
    try:
        return read(text)
    except SpecError:
        return None


# Text and back


@pytest.mark.parametrize("kind", LAYERS)
@given(st.data())
def test_a_layers_text_is_read_back_as_the_same_layer(kind, data):
    layer = data.draw(strategies.layers(kind))
    assert parse_layer(layer_text(layer)) == layer


@given(strategies.networks())
def test_a_networks_text_is_read_back_as_the_same_network(network):
    text = to_text(network)
    assert parse(text) == network
    assert to_text(parse(text)) == text


@given(st.text(min_size=1, max_size=20).filter(str.isprintable))
@example("# no: comment")
def test_any_name_is_read_back_as_it_was(name):
    network = make_network(name=name, input_shape=(1, 8, 8), layers=(Layer("ReLU"),))
    assert parse(to_text(network)).name == name


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_file_is_in_canonical_form(name):
    assert (Path(presets.__file__).parent / f"{name}.yaml").read_text(encoding="utf-8") == to_text(preset(name))


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Conv2d(stride=1, kernel_size=(3, 3), out_channels=8)", "Conv2d(out_channels=8, kernel_size=3)"),
        ("Conv2d(out_channels=8, kernel_size=[3, 5])", "Conv2d(out_channels=8, kernel_size=(3, 5))"),
        ("  MaxPool2d( kernel_size = 2 , stride = None )\n", "MaxPool2d(kernel_size=2)"),
        ("Dropout(p=0.5)", "Dropout()"),
        ("Dropout(p=1)", "Dropout(p=1.0)"),
    ],
)
def test_a_layer_is_written_in_canonical_form(text, canonical):
    assert layer_text(parse_layer(text)) == canonical


@given(st.floats(0, 64, exclude_min=True))
@example(0.25)
@example(1 / 3)
@example(5e-324)
def test_a_width_is_read_back_as_it_was(width):
    assert parse_width(width_text(width)) == width


@pytest.mark.parametrize(("text", "width"), [("0.25", 0.25), ("1/4", 0.25), (" ×1/4 ", 0.25), ("2", 2), ("×2", 2)])
def test_a_width_is_a_number_or_a_fraction(text, width):
    assert parse_width(text) == width


@pytest.mark.parametrize("text", ["", "wide", "1/0", "nan", "inf", "0x1", "1e999"])
def test_a_width_that_is_no_number_is_told(text):
    assert error_line(parse_width, text).startswith(f"width {text!r} must be a number above 0")


def test_a_width_with_a_huge_exponent_is_refused_before_it_is_computed(time_limit):
    with time_limit(1):
        assert error_line(parse_width, "1e9999999").startswith("width '1e9999999' must be a number above 0")


@pytest.mark.parametrize("text", ["1,224,96", "1 × 224 × 96", "[1, 224, 96]", "(1,224,96)", "1x224x96", " 1  224 96 "])
def test_a_shape_is_read_in_any_usual_form(text):
    assert parse_shape(text) == (1, 224, 96)


@pytest.mark.parametrize("text", ["", "1,224", "1,2,3,4", "1,,2", "a,b,c", "1,2.5,3", "-1,2,3", "1" * 10 + ",2,3"])
def test_a_shape_that_is_not_three_whole_numbers_is_told(text):
    assert "must be channels, height and width" in error_line(parse_shape, text)


# One layer that is wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Conv2D(out_channels=1, kernel_size=1)", "there is no layer kind 'Conv2D'; did you mean Conv2d?"),
        ("Quux()", "there is no layer kind 'Quux'; the kinds are Conv2d, MaxPool2d"),
        ("Conv2d(out_channels=3, kernel=3)", "Conv2d has no parameter 'kernel'; its parameters are in_channels, out"),
        ("Flatten(start_dim=1)", "Flatten has no parameter 'start_dim'; it takes none"),
        ("Conv2d(out_channels=3)", "Conv2d needs kernel_size: a whole number from 1 to 1024"),
        ("Dropout(p=0.5, p=0.6)", "Dropout: p is given twice"),
        ("Conv2d(3, 5)", "Conv2d: give parameters by name"),
        ("ReLU(*[True])", "ReLU: give parameters by name"),
        ("ReLU(**{'inplace': True})", "ReLU: give parameters by name"),
        ("Conv2d(out_channels='3', kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=3.0, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=True, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=None, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=0, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not 0"),
        ("Conv2d(out_channels=-1, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536, not"),
        ("Conv2d(out_channels=65537, kernel_size=1)", "Conv2d: out_channels must be a whole number from 1 to 65536"),
        (f"Conv2d(out_channels=0x{'f' * 1900}, kernel_size=1)", "Conv2d: out_channels must be a whole number"),
        ("Conv2d(out_channels=3, kernel_size=1025)", "Conv2d: kernel_size must be a whole number from 1 to 1024, or a"),
        ("Conv2d(out_channels=3, kernel_size=(1, 2, 3))", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=())", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=(True, 1))", "Conv2d: kernel_size must be"),
        ("Conv2d(out_channels=3, kernel_size=((1, 2), 3))", "Conv2d: kernel_size must be"),
        ("MaxPool2d(kernel_size=2, stride=0)", "MaxPool2d: stride must be a whole number from 1 to 1024"),
        (
            "VGGBlock(num_convs=101, out_channels=3)",
            "VGGBlock: num_convs must be a whole number from 1 to 100, not",
        ),
        ("Linear(out_features=1000001)", "Linear: out_features must be a whole number from 1 to 1000000, not 1000001"),
        ("Dropout(p=1.5)", "Dropout: p must be a number from 0 to 1, not 1.5"),
        ("Dropout(p=True)", "Dropout: p must be a number from 0 to 1, not True"),
        ("Dropout(p=1e999)", "Dropout: p must be a number from 0 to 1, not inf"),
        ("Dropout(p=nan)", "Dropout: p must be a plain value"),
        ("Dropout(p=1e999 - 1e999)", "Dropout: p must be a plain value"),
        ("Dropout(p=1+2j)", "Dropout: p must be a plain value"),
        ("Dropout(p={})", "Dropout: p must be a plain value"),
        ("ReLU(inplace=1)", "ReLU: inplace must be True or False, not 1"),
        ("Conv2d(out_channels=2**9, kernel_size=1)", "Conv2d: out_channels must be a plain value"),
        ("__import__('os')", "__import__: give parameters by name"),
        ("nn.ReLU()", "cannot read 'nn.ReLU()' as a layer"),
        ("ReLU", "cannot read 'ReLU' as a layer; write it like ReLU()"),
        ("ReLU(", "cannot read 'ReLU(' as a layer"),
        ("ReLU() ReLU()", "cannot read 'ReLU() ReLU()' as a layer"),
        ("lambda: 0", "cannot read 'lambda: 0' as a layer"),
        ("", "cannot read '' as a layer"),
        ("\0", "cannot read '\\x00' as a layer"),
        ("\ud800()", "cannot read"),
        (f"Dropout(p={'(' * 900}1{')' * 900})", "cannot read"),
        (f"Dropout(p={'-' * 1900}1)", "Dropout: p must be a plain value"),
        (f"ReLU({' ' * 3000})", "a layer's text can have 2,000 characters, this has 3,006"),
    ],
)
def test_a_wrong_layer_is_told_with_its_place(text, message):
    assert error_line(parse_layer, text).startswith(message)


def test_nothing_in_a_layers_text_is_executed(tmp_path):
    trace = tmp_path / "trace"
    for call in (f"__import__('os').mkdir({str(trace)!r})", f"open({str(trace)!r}, 'w')"):
        assert "must be a plain value" in error_line(parse_layer, f"ReLU(inplace={call})")
        assert "cannot read" in error_line(parse_layer, call) or "by name" in error_line(parse_layer, call)
    assert not trace.exists()


ARGUMENTS = st.text("pkernl_sizeotu=,()[]{}0123.-+'\"jeTrue* ", max_size=40)
CALLS = st.builds("{}({})".format, st.sampled_from([*LAYERS, "Foo"]), ARGUMENTS)


@given(st.text() | CALLS)
@example("Dropout(p=1if 1else 2)")
def test_random_text_is_a_layer_or_a_spec_error(text):
    if layer := read_or_refuse(parse_layer, text):
        assert parse_layer(layer_text(layer)) == layer


# A whole document that is wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a network is written as `name:`, `input_shape:` and `layers:`, not as None"),
        ("hello", "a network is written as `name:`, `input_shape:` and `layers:`, not as 'hello'"),
        ("42", "a network is written as `name:`, `input_shape:` and `layers:`, not as 42"),
        ("- ReLU()", "a network is written as `name:`, `input_shape:` and `layers:`, not as ['ReLU()']"),
        ("input_shape: [1, 8, 8]", "layers must be a list of at least one layer"),
        ("input_shape: [1, 8, 8]\nlayers: []", "layers must be a list of at least one layer"),
        ("input_shape: [1, 8, 8]\nlayers: ReLU()", "layers must be a list of at least one layer"),
        ("layers: [ReLU()]", "input_shape is missing"),
        ("input_shape: [1, 8, 8]\nlayers: [ReLU(), Foo()]", "layer 1: there is no layer kind 'Foo'"),
        ("input_shape: [1, 8, 8]\nlayers: [ReLU(), {Conv2d: 3}]", "layer 1: a layer is written like ReLU()"),
        ("input_shape: [1, 8, 8]\nlayers:\n  - ReLU()\n  -", "layer 1: a layer is written like ReLU()"),
        ("input_shape: [1, .nan, 8]\nlayers: [ReLU()]", "input_shape[1] should be a valid integer, not nan"),
        ("input_shape: big\nlayers: [ReLU()]", "input_shape"),
        ("input_shape: [1, 0, 8]\nlayers: [ReLU()]", "input_shape[1] should be greater than or equal to 1, not 0"),
        ("input_shape: [1, 99999999, 8]\nlayers: [ReLU()]", "input_shape[1] should be less than or equal to 8192"),
        (f"input_shape: [1, {'9' * 9000}, 8]\nlayers: [ReLU()]", "this is not YAML"),
        (f"input_shape: [1, 0x{'f' * 9000}, 8]\nlayers: [ReLU()]", "input_shape[1]"),
        (f"{TINY}wdith: 2", "wdith: there is no such setting; there are name, source, input_shape, width"),
        (f"{TINY}width: .inf", "width should be a finite number, not inf"),
        (f"{TINY}width: true", "width"),
        (f"{TINY}recipe: [0.1]", "recipe must be settings with a number or a word each"),
        (f"{TINY}recipe: {{lr: [1]}}", "recipe[lr]"),
        (f"name: a\nname: b\n{TINY}", "line 1: 'name' is given twice"),
        (f"name: a: b\n{TINY}", "line 1: this is not YAML"),
        (f"\tname: a\n{TINY}", "line 1: this is not YAML"),
        (f"{TINY}---\n{TINY}", "line 3: this is not YAML"),
        (f"{TINY}name: 'a", "line 3: this is not YAML"),
        (f"{TINY}name: \0", "this is not YAML: unacceptable character"),
        (f'{TINY}name: !!int ""', "line 3"),
        (f'{TINY}name: !!float ""', "line 3"),
        (f"{TINY}name: !!bool perhaps", "line 3"),
        (f"{TINY}name: !!timestamp later", "line 3"),
        ("[" * 100_000, "this is not a network: its text is nested too deeply"),
        ("- " * 100_000, "this is not a network: its text is nested too deeply"),
        (TINY + "#" * MAX_TEXT, "a network's text can have 300,000 characters, and this has more"),
        ("input_shape: [1, 8, 8]\nlayers:\n" + "  - ReLU()\n" * 5001, "layers"),
    ],
)
def test_a_wrong_document_is_told_with_its_place(text, message):
    assert error_line(parse, text).startswith(message)


@pytest.mark.parametrize("key", ['"two\\nlines"', "k" * 5000, "1"])
def test_a_setting_that_does_not_exist_is_told_in_one_short_line(key):
    assert "there is no such setting" in error_line(parse, f"{TINY}? {key}\n: 2\n")


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.mkdir", "!!python/object/new:os.mkdir", "!!python/name:os.mkdir"]
)
def test_python_tags_are_refused_and_not_executed(tag, tmp_path):
    trace = tmp_path / "trace"
    line = error_line(parse, f"input_shape: [1, 8, 8]\nlayers: {tag} [{str(trace)!r}]\n")
    assert line.startswith("line 2: ")
    assert not trace.exists()


def test_an_alias_bomb_is_refused_before_it_grows():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert error_line(parse, f"{bomb}layers: *i\n").startswith("line 2: YAML aliases (*name) cannot be used here")


def test_a_document_of_many_keys_is_refused_in_good_time(time_limit):
    text = "".join(f"k{number}: 0\n" for number in range(30_000))
    assert len(text) <= MAX_TEXT
    with time_limit(8):
        error_line(parse, text)


@given(st.text() | st.text("ab:-[]{}#&*!|>'\"%@` \n\t01.~?,<=", max_size=60))
@example("a: !!int ''")
def test_random_text_raises_nothing_but_a_spec_error(text):
    assert read_or_refuse(parse, text) is None  # no short text names an input shape and layers


@given(st.text("ab:-[]{}#&*!|>'\"%@` \n\t01.~?,<=", max_size=40))
def test_random_text_in_a_document_is_a_network_or_a_spec_error(text):
    if network := read_or_refuse(parse, f"{TINY}name: {text}\n"):
        assert network.layers == (Layer("ReLU"),)


@pytest.mark.parametrize("name", ["alexnet", "vgg11"])
def test_a_half_written_file_is_refused_or_has_whole_layers_only(name):
    whole = preset(name)
    text = to_text(whole)
    for end in range(len(text)):
        if network := read_or_refuse(parse, text[:end]):
            assert network.layers == whole.layers[: len(network.layers)]


# Files


def test_a_file_without_a_name_is_called_as_the_file(tmp_path):
    (path := tmp_path / "mine.yaml").write_text(TINY, encoding="utf-8")
    assert read_file(path).name == "mine"


def test_a_file_that_is_wrong_is_named_with_the_place_in_it(tmp_path):
    (path := tmp_path / "mine.yaml").write_text(TINY.replace("ReLU", "Rely"), encoding="utf-8")
    assert error_line(read_file, path).startswith(f"{path}: layer 0: there is no layer kind 'Rely'; did you mean ReLU?")


@pytest.mark.parametrize("content", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", TINY.encode("utf-16")])
def test_a_binary_file_is_told(content, tmp_path):
    (path := tmp_path / "mine.yaml").write_bytes(content)
    assert error_line(read_file, path) == f"{path}: this is not a text file; a network is written in YAML"


def test_a_file_of_50_mb_is_refused_without_reading_it_all(tmp_path, time_limit):
    path = tmp_path / "mine.yaml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 50_000_000)
    with time_limit(2):
        assert error_line(read_file, path).endswith("can have 300,000 characters, and this has more")


@pytest.mark.parametrize("start", ["", "x", "xx"])
def test_a_long_chinese_file_is_too_long_and_not_binary(start, tmp_path):
    (path := tmp_path / "mine.yaml").write_text(start + "网" * 500_000, encoding="utf-8")
    assert error_line(read_file, path).endswith("can have 300,000 characters, and this has more")


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    assert error_line(read_file, tmp_path) == f"{tmp_path}: cannot be read: Is a directory"
    missing = tmp_path / "none.yaml"
    assert error_line(read_file, missing) == f"{missing}: cannot be read: No such file or directory"


@pytest.mark.parametrize("name", ["two\nlines", "next\x85line", "\u2003wide space", "\x1b[31mred"])
def test_a_name_that_is_not_one_plain_line_is_refused(name):
    with pytest.raises(SpecError, match="name must be one line of printable characters"):
        preset("lenet").replace(name=name)
