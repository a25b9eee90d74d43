"""The diagnosis as a whole: in Python, as JSON, and in the terminal."""

import json

import pytest

import cnnviz
from cnnviz.network.diagnosis import diagnose
from cnnviz.network.document import parse
from cnnviz.network.notation import parse_layer
from cnnviz.network.presets import preset
from tests.network.examples import network

SMALL_ALEXNET = preset("alexnet").replace(input_shape=(1, 32, 32))


def test_a_network_that_fits_has_no_problem_and_no_fixes():
    diagnosis = cnnviz.diagnose(preset("resnet50"))
    assert diagnosis == cnnviz.Diagnosis(problem=None, wanted="", fixes=(), warnings=())


def test_a_layer_that_is_wrong_in_itself_is_refused():
    wrong = cnnviz.Network(input_shape=(1, 8, 8), layers=(cnnviz.Layer("Conv2d"),))
    with pytest.raises(cnnviz.SpecError, match="Conv2d needs out_channels"):
        diagnose(wrong)


def test_the_problem_is_that_of_the_summary():
    assert diagnose(SMALL_ALEXNET).problem == cnnviz.summarize(SMALL_ALEXNET).problem


def test_a_fix_changes_what_it_says_and_nothing_else():
    first, second, *_ = diagnose(SMALL_ALEXNET).fixes
    assert first.title == "Enlarge the input to at least 67×67 pixels (1×67×67 instead of 1×32×32)"
    assert first.network == SMALL_ALEXNET.replace(input_shape=(1, 67, 67))
    assert second.title == "Set stride=1 in layer 0 (Conv2d)"
    slower = parse_layer("Conv2d(out_channels=96, kernel_size=11)")
    assert second.network == SMALL_ALEXNET.replace(layers=(slower, *SMALL_ALEXNET.layers[1:]))


def test_the_width_ratio_is_kept_and_what_is_written_is_what_gives_the_channels_that_are_wanted():
    spec = network(
        "Conv2d(out_channels=48, kernel_size=3)",
        "PixelShuffle(upscale_factor=4)",
        "Conv2d(out_channels=9, kernel_size=1)",
    ).replace(width=0.25)
    source, conv, _ = diagnose(spec).fixes  # 48 · ¼ = 12 channels, and 16 are wanted
    assert (source.title, source.network.width) == ("Set out_channels=64 in layer 0 (Conv2d)", 0.25)
    assert conv.title == "Insert Conv2d(out_channels=64, kernel_size=1) before layer 1 (PixelShuffle)"
    assert cnnviz.summarize(source.network).rows[0].output_shape == (16, 6, 6)


def test_what_stands_in_every_copy_is_said_to():
    spec = network("Repeat([MaxPool2d(kernel_size=2), ReLU()], n=4)", input_shape=(1, 8, 8))
    titles = [fix.title for fix in diagnose(spec).fixes]
    assert "Set n=3 in layer 0 (Repeat)" in titles
    assert "Remove layer 0.3.0 (MaxPool2d in every copy)" in titles


def test_to_dict_is_what_json_holds_and_its_networks_can_be_read():
    diagnosis = diagnose(SMALL_ALEXNET)
    read = json.loads(json.dumps(diagnosis.to_dict()))
    assert list(read) == ["problem", "wanted", "fixes", "warnings"]
    assert (read["problem"]["path"], read["problem"]["input_shape"]) == ("5", [256, 2, 2])
    assert [parse(fix["network"]) for fix in read["fixes"]] == [fix.network for fix in diagnosis.fixes]
    assert set(read["fixes"][0]) == {"title", "effect", "network"}
    (warning,) = read["warnings"]
    assert set(warning) == {"title", "reason", "paths", "severity", "fix"}
    assert (warning["paths"], warning["severity"]) == (["0", "2"], "note")
    assert parse(warning["fix"]["network"]) == diagnosis.warnings[0].fix.network


def test_the_terminal_tells_the_problem_the_fixes_and_what_is_worth_knowing(cnnviz):
    code, output, error = cnnviz("diagnose", "alexnet", "--input", "1,32,32")
    assert (code, error) == (1, "")
    lines = output.splitlines()
    assert lines[0].startswith("Does not fit together: layer 5 (MaxPool2d) cannot take 256×2×2: its 3×3 window")
    assert lines[1:5] == [
        "It takes a map of at least 3×3 pixels.",
        "",
        "What would help:",
        "  1. Enlarge the input to at least 67×67 pixels (1×67×67 instead of 1×32×32) — the whole network works",
    ]
    assert "  3. Remove layer 5 (MaxPool2d) — reaches layer 11 (MaxPool2d)" in lines
    assert "Worth knowing:" in lines
    assert lines[-1].startswith("  Note: Pixels at the edge are never looked at. Layer 0 leaves out")


def test_the_terminal_says_that_a_network_fits_and_ends_with_code_0(cnnviz):
    assert cnnviz("diagnose", "resnet50") == (0, "ResNet-50 fits together.\n", "")
    code, output, _ = cnnviz("diagnose", "vgg11", "--width", "1/4", "--json")
    assert (code, json.loads(output)["problem"]) == (0, None)
    assert cnnviz("diagnose", "alexnt")[0] == 2


def test_show_prints_the_fixes_below_a_network_that_does_not_fit(cnnviz):
    code, output, _ = cnnviz("show", "vgg11", "--input", "1,28,28")
    assert code == 1
    table, fixes = output.split("\nWhat would help:\n")
    assert "Does not fit together: layer 4.4 (MaxPool2d)" in table
    assert fixes.splitlines()[0] == (
        "  1. Enlarge the input to at least 32×32 pixels (1×32×32 instead of 1×28×28) — the whole network works"
    )
    assert "What would help" not in cnnviz("show", "vgg11")[1]
    assert "fixes" not in json.loads(cnnviz("show", "vgg11", "--input", "1,28,28", "--json")[1])
