"""Expected alignments are those that the book's figures show, or follow from what was changed."""

import pytest
from hypothesis import given, settings

from cnnviz.errors import SpecError
from cnnviz.network.comparison import Comparison, Pair, Setting, compare
from cnnviz.network.comparison.items import items_of, walk_items
from cnnviz.network.edits import Edit, edited
from cnnviz.network.infer import infer_shapes, walk_nodes
from cnnviz.network.notation import parse_layer
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Network
from cnnviz.network.unfold import unfold
from tests.network.examples import network
from tests.network.strategies import networks


def lines(comparison: Comparison) -> list[str]:
    return [line(pair) for pair in comparison.pairs]


def line(pair: Pair) -> str:
    before, after = (item.path if item else "·" for item in (pair.before, pair.after))
    changes = " ".join(f"{each.name}:{each.before}>{each.after}" for each in pair.settings)
    return f"{before} {after} {changes}".rstrip()


def test_lenet_to_alexnet_as_the_book_puts_them_side_by_side():
    comparison = compare(preset("lenet"), preset("alexnet"))
    assert comparison.settings == (Setting("input_shape", (1, 28, 28), (1, 224, 224)),)
    assert lines(comparison) == [
        "0 0 out_channels:6>96 kernel_size:5>11 stride:1>4 padding:2>0",
        "1 1 kind:Sigmoid>ReLU",
        "2 2 kind:AvgPool2d>MaxPool2d kernel_size:2>3",
        "3 3 out_channels:16>256 padding:0>2",
        "4 4 kind:Sigmoid>ReLU",
        "5 5 kind:AvgPool2d>MaxPool2d kernel_size:2>3",
        *(f"· {path}" for path in range(6, 13)),  # three convolutions, each with ReLU, and a pool
        "6 13",
        "7 14 out_features:120>4096",
        "8 15 kind:Sigmoid>ReLU",
        "· 16",
        "9 17 out_features:84>4096",
        "10 18 kind:Sigmoid>ReLU",
        "· 19",
        "11 20",
    ]


def test_alexnet_to_vgg_compares_convolutions_with_those_inside_blocks_and_the_classifiers():
    pairs = compare(preset("alexnet"), preset("vgg11")).pairs
    roles = [(pair.before.role, pair.after.role) for pair in pairs if pair.before and pair.after]
    assert all(before == after for before, after in roles)
    assert roles.count(("convolution", "convolution")) == 5  # all of AlexNet's; VGG-11 has 8
    assert roles.count(("pooling", "pooling")) == 3  # all of AlexNet's; VGG-11 has 5
    assert roles.count(("linear", "linear")) == 3
    assert [pair.after.path for pair in pairs if pair.before and pair.before.path == "0"] == ["0.0"]
    assert [line(pair) for pair in pairs[-8:]] == [f"{13 + index} {5 + index}" for index in range(8)]
    assert [pair.change for pair in pairs].count("removed") == 0


def test_vgg_11_and_its_narrow_form_differ_in_the_channels_of_every_block():
    by_block = ["64>16", "128>32", "256>64", "512>128", "512>128"]
    expected = [f"{index} {index} out_channels:{each}" for index, each in enumerate(by_block)]
    comparison = compare(preset("vgg11"), preset("vgg11-narrow"))
    assert [line(pair) for pair in comparison.differences] == expected
    assert comparison.settings == ()
    by_width = compare(preset("vgg11"), preset("vgg11").replace(width=0.25))
    assert [line(pair) for pair in by_width.differences] == expected
    assert by_width.settings == (Setting("width", 1.0, 0.25),)


def test_vgg_11_and_vgg_19_differ_in_the_number_of_convolutions_and_of_classes():
    assert [line(pair) for pair in compare(preset("vgg11"), preset("vgg19")).differences] == [
        "0 0 num_convs:1>2",
        "1 1 num_convs:1>2",
        "2 2 num_convs:2>4",
        "3 3 num_convs:2>4",
        "4 4 num_convs:2>4",
        "12 12 out_features:10>1000",
    ]


def changed(network: Network, place: tuple[int, ...], *layers: str, removed: int = 1) -> list[str]:
    """Return the differences that an edit makes."""
    edit = Edit(place, tuple(map(parse_layer, layers)), removed)
    return [line(pair) for pair in compare(network, edited(network, edit)).differences]


def test_what_is_done_to_alexnet_is_what_is_told():
    alexnet = preset("alexnet")
    assert changed(alexnet, (2,)) == ["2 ·"]
    assert changed(alexnet, (3,), "BatchNorm2d()", removed=0) == ["· 3"]
    assert changed(alexnet, (6,), "Conv2d(out_channels=384, kernel_size=5, padding=1)") == ["6 6 kernel_size:3>5"]
    assert changed(alexnet, (15,), "Tanh()") == ["15 15 kind:ReLU>Tanh"]
    assert changed(alexnet, (5,), removed=6) == [f"{index} ·" for index in range(5, 11)]
    assert changed(alexnet, (5,), "Flatten()") == ["5 ·", "· 5"]  # a pool does not become a Flatten


RESIDUAL = "Residual([Conv2d(out_channels=1, kernel_size=3, padding=1), ReLU(), Identity()])"


def test_a_change_inside_a_container_is_told_where_it_is():
    nested = network("ReLU()", RESIDUAL)
    stride = "Conv2d(out_channels=1, kernel_size=5, padding=2)"
    assert changed(nested, (1, 0, 0), stride) == ["1.body.0 1.body.0 kernel_size:3>5 padding:1>2"]
    assert changed(nested, (1, 0, 1)) == ["1.body.1 ·"]
    assert changed(nested, (1, 1, 0), "Identity()", removed=0) == ["· 1.shortcut.0"]
    assert changed(nested, (1,)) == ["1 ·", "1.body.0 ·", "1.body.1 ·", "1.body.2 ·"]


def test_a_branch_put_first_leaves_the_others_as_they_were():
    branches = "Concat([Conv2d(out_channels=2, kernel_size=1)], [MaxPool2d(kernel_size=1)], [Dropout(), Identity()])"
    more = branches.replace("Concat(", "Concat([Sigmoid()], ")
    assert [line(pair) for pair in compare(network(branches), network(more)).differences] == ["· 0.0.0"]


def test_an_unfolded_block_is_the_same_layers_where_the_other_network_has_no_such_block():
    vgg = preset("vgg11")
    unfolded = vgg
    for index in reversed(range(5)):
        unfolded = edited(unfolded, Edit((index,), unfold(unfolded, str(index))))
    assert compare(vgg, unfolded).differences == ()
    one = edited(vgg, Edit((4,), unfold(vgg, "4")))
    assert [line(pair) for pair in compare(vgg, one).differences] == ["4 ·", "· 4", "· 5", "· 6", "· 7", "· 8"]


def test_a_sequential_around_layers_is_no_difference_where_the_other_network_has_none():
    flat = network("Conv2d(out_channels=2, kernel_size=3)", "ReLU()", "Flatten()")
    wrapped = network("Sequential([Conv2d(out_channels=2, kernel_size=3), ReLU()])", "Flatten()")
    assert compare(flat, wrapped).differences == ()
    assert lines(compare(wrapped, flat)) == ["0.0 0", "0.1 1", "1 2"]


def test_repeats_are_compared_by_what_they_repeat():
    before, after = network("Repeat([ReLU()], n=2)"), network("Repeat([Tanh()], n=3)")
    assert lines(compare(before, after)) == ["0 0 n:2>3", "0.0 0.0 kind:ReLU>Tanh"]
    pair = network("Repeat([ReLU(), Dropout()], n=2)")
    assert lines(compare(pair, pair)) == ["0 0", "0.0.0 0.0.0", "0.0.1 0.0.1"]
    assert lines(compare(before, network("ReLU()"))) == ["0.0 0", "0.1 ·"]


def test_layers_after_the_problem_are_compared_too():
    broken = network("Conv2d(out_channels=2, kernel_size=9)", "ReLU()", "VGGBlock(num_convs=1, out_channels=4)")
    assert compare(broken, broken).differences == ()
    assert changed(broken, (1,), "Tanh()") == ["1 1 kind:ReLU>Tanh"]
    assert lines(compare(broken, network("ReLU()"))) == ["0 ·", "1 0", "2 ·"]


def test_a_model_of_torchvision_is_compared_with_the_preset_made_after_it():
    from cnnviz.network.torchvision_models import torchvision_summary

    comparison = compare(preset("vgg11").replace(input_shape=(3, 224, 224)), torchvision_summary("vgg11"))
    assert [line(pair) for pair in comparison.differences] == [
        "· avgpool",
        "5 flatten kind:Flatten>flatten",
        "12 classifier.6 out_features:10>1000",
    ]


def test_a_layer_that_is_wrong_in_itself_is_a_mistake():
    wrong = preset("alexnet").replace(
        width=64.0, layers=(parse_layer("Conv2d(out_channels=65536, kernel_size=1)"),) * 2
    )
    with pytest.raises(SpecError, match="at width 64, layer 0"):
        compare(preset("lenet"), wrong)


def test_a_comparison_is_told_in_json():
    alexnet = preset("alexnet")
    told = compare(alexnet, edited(alexnet, Edit((2,), (parse_layer("MaxPool2d(kernel_size=2, stride=2)"),)))).to_dict()
    assert told["before"] == told["after"] == "AlexNet"
    assert told["settings"] == {}
    assert told["layers"][2] == {
        "change": "changed",
        "before": {"path": "2", "text": "MaxPool2d(kernel_size=3, stride=2)"},
        "after": {"path": "2", "text": "MaxPool2d(kernel_size=2, stride=2)"},
        "settings": {"kernel_size": [3, 2]},
    }


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_the_same_as_itself(name):
    comparison = compare(preset(name), preset(name))
    assert comparison.differences == comparison.settings == ()


def is_sound(network: Network) -> bool:
    """Whether no layer is wrong in itself, as a block of too many layers is."""
    try:
        infer_shapes(network)
    except SpecError:
        return False
    return True


SOUND = networks().map(lambda network: network.replace(width=1.0)).filter(is_sound)


@settings(max_examples=50)
@given(SOUND)
def test_a_network_is_the_same_as_itself_and_all_of_it_is_there(network):
    comparison = compare(network, network)
    assert comparison.differences == comparison.settings == ()
    assert [pair.before.path for pair in comparison.pairs] == [item.path for item in walk_items(items_of(network))]


def covered(paths: list[str], every: list[str]) -> bool:
    """Whether each path is told once: itself, or a block around it or its layers inside."""
    told = set(paths)
    return len(told) == len(paths) and all(
        path in told or any(path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in told)
        for path in every
    )


@settings(max_examples=50)
@given(SOUND, SOUND)
def test_every_layer_of_both_is_told_once_and_in_its_order(before, after):
    pairs = compare(before, after).pairs
    left, right = [pair.before for pair in pairs if pair.before], [pair.after for pair in pairs if pair.after]
    assert all(pair.before.role == pair.after.role for pair in pairs if pair.before and pair.after)
    for side, whole in ((left, before), (right, after)):
        paths = [item.path for item in side]
        assert covered(paths, [node.path for node, _ in walk_nodes(infer_shapes(whole).nodes)])
        assert covered(paths, [str(index) for index in range(len(whole.layers))])


@settings(max_examples=50)
@given(SOUND, SOUND)
def test_the_other_way_round_as_much_differs(before, after):
    there, back = compare(before, after), compare(after, before)
    assert [(each.name, each.before, each.after) for each in there.settings] == [
        (each.name, each.after, each.before) for each in back.settings
    ]
    assert sum(pair.before is not None for pair in there.pairs) == sum(pair.after is not None for pair in back.pairs)
