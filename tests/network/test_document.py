import json
import os
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnviz.errors import SpecError
from cnnviz.network import presets
from cnnviz.network.document import MAX_TEXT, parse, read_file, to_json, to_text
from cnnviz.network.notation import layer_text
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Layer, make_network
from tests.network import strategies
from tests.network.refusals import error_line, read_or_refuse

TINY = "input_shape: [1, 8, 8]\nlayers: [ReLU()]\n"


def layers(item: str) -> str:
    return f"input_shape: [1, 8, 8]\nlayers:\n  - {item}\n"


# Text and back


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


CONTAINERS = """\
name: network
input_shape: [1, 8, 8]
layers:
  - Sequential:
      - ReLU()
      - Residual:
          body:
            - Tanh()
          shortcut:
            - Identity()
  - Residual:
      - Conv2d(out_channels=1, kernel_size=1)
  - Concat:
      - []
      - - ReLU()
        - Repeat(n=2):
            - Tanh()
      - - Gate:
            - Sigmoid()
"""


def test_containers_are_written_as_mappings_of_their_lists():
    network = parse(CONTAINERS)
    assert [layer_text(layer) for layer in network.layers] == [
        "Sequential([ReLU(), Residual([Tanh()], [Identity()])])",
        "Residual([Conv2d(out_channels=1, kernel_size=1)])",
        "Concat([], [ReLU(), Repeat([Tanh()], n=2)], [Gate([Sigmoid()])])",
    ]
    assert to_text(network) == CONTAINERS


@pytest.mark.parametrize(
    "layer",
    [
        "'Residual([Tanh()], [ReLU()])'",
        "{Residual: {body: [Tanh()], shortcut: [ReLU()]}}",
        "{Residual(): {shortcut: [ReLU()], body: [Tanh()]}}",
        "{'Residual([Tanh()])': [ReLU()]}",
    ],
)
def test_a_container_is_read_in_any_of_its_forms(layer):
    (read,) = parse(f"input_shape: [1, 8, 8]\nlayers: [{layer}]").layers
    assert layer_text(read) == "Residual([Tanh()], [ReLU()])"


def test_json_is_what_other_tools_write_and_read():
    network = parse(CONTAINERS).replace(name="🦊 net", recipe={"lr": 0.1, "note": 'a "quoted" word'})
    assert parse(json.dumps(json.loads(to_json(network)))) == network  # with 🦊 as two escaped surrogates
    assert parse(json.dumps(json.loads(to_json(network)), indent="\t")) == network


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
        ("input_shape: [1, 8, 8]\nlayers: [ReLU(), {Conv2d: 3}]", "layer 1: Conv2d holds no layers of its own"),
        ("input_shape: [1, 8, 8]\nlayers:\n  - ReLU()\n  -", "layer 1: a layer is written like ReLU()"),
        ("input_shape: [1, .nan, 8]\nlayers: [ReLU()]", "input_shape[1] should be a valid integer, not nan"),
        ("input_shape: big\nlayers: [ReLU()]", "input_shape"),
        ("input_shape: [1, 0, 8]\nlayers: [ReLU()]", "input_shape[1] should be greater than or equal to 1, not 0"),
        ("input_shape: [1, 99999999, 8]\nlayers: [ReLU()]", "input_shape[1] should be less than or equal to 8192"),
        (f"input_shape: [1, {'9' * 9000}, 8]\nlayers: [ReLU()]", "this is not YAML"),
        (f"input_shape: [1, 0x{'f' * 9000}, 8]\nlayers: [ReLU()]", "input_shape[1]"),
        (layers("Residual:"), "layer 0: Residual needs a list of layers, not None"),
        (layers("Residual: {shortcut: [ReLU()]}"), "layer 0: Residual needs at least one layer in its body"),
        (layers("Residual: {boddy: [ReLU()]}"), "layer 0: Residual holds body and shortcut, not 'boddy'"),
        (layers("Residual: {body: ReLU()}"), "layer 0: Residual needs a list of layers, not {'body': 'ReLU()'}"),
        (layers("Sequential: []"), "layer 0: Sequential needs at least one layer in its layers"),
        (layers("Repeat: [ReLU()]"), "layer 0: Repeat needs n: a whole number from 1 to 1000"),
        (layers("Repeat(n=0): [ReLU()]"), "layer 0: Repeat: n must be a whole number from 1 to 1000, not 0"),
        (layers("Concat: [ReLU(), ReLU()]"), "layer 0: Concat needs a list of branches, each a list of layers, not"),
        (layers("Concat: [[ReLU()]]"), "layer 0: Concat holds 2 to 64 lists of layers, not 1"),
        (layers("Sequential: [{Residual: [Tanh(), Foo()]}]"), "layer 0.0.body.1: there is no layer kind 'Foo'"),
        (layers("Concat: [[], [ReLU(), Foo()]]"), "layer 0.1.1: there is no layer kind 'Foo'"),
        (layers("Foo: [ReLU()]"), "layer 0: there is no layer kind 'Foo'"),
        (layers("sequential: [ReLU()]"), "layer 0: there is no layer kind 'sequential'; did you mean Sequential?"),
        (layers("{Sequential: [ReLU()], Gate: [ReLU()]}"), "layer 0: a layer is written like ReLU()"),
        (layers("{5: [ReLU()]}"), "layer 0: cannot read '5()' as a layer"),
        (layers("{[a]: [ReLU()]}"), "line 3: this is not YAML: found unhashable key"),
        (layers("2020-01-01"), "layer 0: a layer is written like ReLU() or Dropout(p=0.5), not as datetime.date("),
        (layers("!!binary aGVsbG8="), "layer 0: a layer is written like ReLU() or Dropout(p=0.5), not as b'hello'"),
        (layers('"\\ud800()"'), "layer 0: cannot read '\\ud800()' as a layer"),
        (f'name: "\\ud800"\n{TINY}', "name should be a valid string, unable to parse raw data as a unicode string"),
        (f"{TINY}recipe: {{lr: 0x{'f' * 9000}}}", "recipe[lr] must be a number of usual size or a word, not a huge"),
        (f"{TINY}recipe: {{lr: null}}", "recipe[lr] must be a number of usual size or a word, not None"),
        (f"{TINY}year: 99999", "year should be less than or equal to 2100, not 99999"),
        ('{"name": "a", "name": "b", "layers": ["ReLU()"]}', "'name' is given twice"),
        ('{"layers": ["ReLU()"]', "line 1: this is not YAML: expected ',' or '}'"),
        ('{"layers": ' + "[" * 100_000, "this is not a network: its text is nested too deeply"),
        ('{"layers": ' + '[{"Sequential": ' * 200 + "[]" + "}]" * 200 + "}", "layer 0.0.0.0.0.0.0.0.0.0.0.0.0.0"),
        (f"{TINY}wdith: 2", "wdith: there is no such setting; there are name, source, year, input_shape, width"),
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
    assert error_line(read_file, path) == f"{path}: this is not a text file; a network is written in YAML or Python"


def test_a_file_of_50_mb_is_refused_without_reading_it_all(tmp_path, time_limit):
    path = tmp_path / "mine.yaml"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 50_000_000)
    with time_limit(2):
        assert error_line(read_file, path).endswith("can have 1,200,000 bytes, and this has more")


@pytest.mark.parametrize("start", ["", "x", "xx"])
def test_a_long_chinese_file_is_too_long_and_not_binary(start, tmp_path):
    (path := tmp_path / "mine.yaml").write_text(start + "网" * 500_000, encoding="utf-8")
    assert error_line(read_file, path).endswith("can have 1,200,000 bytes, and this has more")


def test_a_folder_and_a_missing_file_are_told(tmp_path):
    assert error_line(read_file, tmp_path) == f"{tmp_path}: cannot be read: Is a directory"
    missing = tmp_path / "none.yaml"
    assert error_line(read_file, missing) == f"{missing}: cannot be read: No such file or directory"


@pytest.mark.parametrize("name", ["two\nlines", "next\x85line", "\u2003wide space", "\x1b[31mred"])
def test_a_name_that_is_not_one_plain_line_is_refused(name):
    with pytest.raises(SpecError, match="name must be one line of printable characters"):
        preset("lenet").replace(name=name)
