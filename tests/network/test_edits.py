"""Where a path leads in what is written, and changes made there."""

import pytest
from hypothesis import given

from cnnviz.errors import SpecError
from cnnviz.network.edits import Edit, edited, layer_at, list_at, place_of
from cnnviz.network.infer import infer_shapes, walk_nodes
from cnnviz.network.layers import LAYERS
from cnnviz.network.notation import layer_text, parse_layer
from cnnviz.network.spec import Layer
from tests.network.examples import network
from tests.network.running import networks

NESTED = network(
    "ReLU()",
    "Residual([Conv2d(out_channels=1, kernel_size=1), Sequential([Tanh(), ELU()])], [SiLU()])",
    "Concat([], [GELU(), Sigmoid()])",
    "Repeat([Hardswish(), Hardsigmoid()], n=3)",
    "Repeat([Sequential([LeakyReLU(), PReLU()])], n=3)",
    "VGGBlock(num_convs=1, out_channels=2)",
)
RELU = Layer("ReLU")


@pytest.mark.parametrize(
    ("path", "place", "kind"),
    [
        ("0", (0,), "ReLU"),
        ("1", (1,), "Residual"),
        ("1.body.0", (1, 0, 0), "Conv2d"),
        ("1.body.1", (1, 0, 1), "Sequential"),
        ("1.body.1.1", (1, 0, 1, 0, 1), "ELU"),
        ("1.shortcut.0", (1, 1, 0), "SiLU"),
        ("2.1.1", (2, 1, 1), "Sigmoid"),
        ("3", (3,), "Repeat"),
        ("3.2", (3,), "Repeat"),  # the third copy, whose layers are written once
        ("3.2.1", (3, 0, 1), "Hardsigmoid"),
        ("4.2", (4, 0, 0), "Sequential"),  # a body of one layer is copied without one around it
        ("4.2.1", (4, 0, 0, 0, 1), "PReLU"),
        ("5.2", (5,), "VGGBlock"),  # nothing inside a block is written
    ],
)
def test_a_path_leads_to_where_its_layer_is_written(path, place, kind):
    assert place_of(NESTED, path) == place
    assert layer_at(NESTED, place).kind == kind
    assert list_at(NESTED, place)[place[-1]] == layer_at(NESTED, place)


@given(networks())
def test_the_path_of_every_layer_that_ran_leads_to_it_or_to_the_block_around_it(spec):
    for node, _ in walk_nodes(infer_shapes(spec).nodes):
        written = layer_at(spec, place_of(spec, node.path))
        assert written == node.layer or node.layer in stands_for(written, node)


def stands_for(written: Layer, node) -> tuple[Layer, ...]:
    """Return the layers that may run in a written layer's place: any inside a block, or a Repeat's copies as one."""
    if written.kind == "Repeat":
        return (Layer("Sequential", parts=written.parts),)
    is_block = LAYERS[written.kind].expand is not None and not written.parts
    return (node.layer,) if is_block else ()


@pytest.mark.parametrize("path", ["6", "-1", "1.tail.0", "1.body.9", "2.7.0", "x", "", "1..0", "9" * 500])
def test_a_path_that_leads_nowhere_is_refused(path):
    with pytest.raises(SpecError, match="there is no layer"):
        place_of(NESTED, path)


def texts(spec) -> list[str]:
    return [layer_text(layer) for layer in spec.layers]


def test_a_layer_gives_way_to_any_number_of_others():
    spec = network("ReLU()", "Tanh()", "ELU()")
    assert texts(edited(spec, Edit((1,)))) == ["ReLU()", "ELU()"]
    assert texts(edited(spec, Edit((1,), (RELU, RELU)))) == ["ReLU()", "ReLU()", "ReLU()", "ELU()"]
    assert texts(edited(spec, Edit((1,), (RELU,), removed=0))) == ["ReLU()", "ReLU()", "Tanh()", "ELU()"]
    assert texts(edited(spec, Edit((3,), (RELU,), removed=0))) == ["ReLU()", "Tanh()", "ELU()", "ReLU()"]
    assert texts(edited(spec, Edit((0,), removed=2))) == ["ELU()"]


def test_places_mean_the_network_as_it_was_before_any_edit():
    spec = network("ReLU()", "Tanh()", "ELU()", "SiLU()")
    moved = edited(spec, Edit((0,)), Edit((3,), (Layer("GELU"),), removed=0), Edit((2,)))
    assert texts(moved) == ["Tanh()", "GELU()", "SiLU()"]


def test_edits_reach_into_containers():
    spec = edited(NESTED, Edit((1, 0, 1, 0, 1), (RELU,)), Edit((1, 1, 0), (RELU,), removed=0), Edit((3, 0, 0)))
    assert (
        texts(spec)[1]
        == "Residual([Conv2d(out_channels=1, kernel_size=1), Sequential([Tanh(), ReLU()])], [ReLU(), SiLU()])"
    )
    assert texts(spec)[3] == "Repeat([Hardsigmoid()], n=3)"
    assert texts(spec)[0] == "ReLU()"


def test_a_part_that_is_not_there_yet_is_made():
    spec = edited(network("Residual([ReLU()])"), Edit((0, 1, 0), (Layer("Tanh"),), removed=0))
    assert texts(spec) == ["Residual([ReLU()], [Tanh()])"]


def test_new_layers_are_brought_to_their_canonical_form():
    conv = Layer("Conv2d", {"kernel_size": (3, 3), "out_channels": 4, "bias": True})
    assert edited(network("ReLU()"), Edit((0,), (conv,))).layers == (
        parse_layer("Conv2d(out_channels=4, kernel_size=3)"),
    )


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (Edit((0,), removed=6), "layers must be|layers should have at least 1"),
        (Edit((4, 0, 0)), "Repeat needs at least one layer in its body"),
        (Edit((0,), (Layer("Conv2d", {"out_channels": 0, "kernel_size": 1}),)), "Conv2d: out_channels must be"),
        (Edit((0, 0, 0), (RELU,), removed=0), "ReLU holds no layers of its own"),
    ],
)
def test_what_leaves_no_network_is_refused(edit, message):
    with pytest.raises(SpecError, match=message):
        edited(NESTED, edit)
