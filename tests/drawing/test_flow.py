"""What is drawn and what is folded, and whose input is whose output then."""

from cnnviz.drawing.flow import Flow, Item, View, diagram
from cnnviz.drawing.structure import Branch, Fork, Tangle
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.summary import Summary, summarize
from cnnviz.network.torchvision_models import torchvision_summary
from tests.network.examples import network
from tests.network.people import Functional

RESIDUAL = (
    "Residual: {body: ['Conv2d(out_channels=1, kernel_size=1)', ReLU(), 'Conv2d(out_channels=1, kernel_size=1)']}"
)
BLOCKS = summarize(network("Conv2d(out_channels=4, kernel_size=1)", "ResidualBlock(out_channels=4)", "Flatten()"))


def items(summary: Summary, **view: object) -> list[Item]:
    return list(every(diagram(summary, View(**view)).flow))


def every(flow: Flow):
    for item in flow.items:
        yield item
        if item.inside:
            yield from every(item.inside)


def paths(found: list[Item]) -> list[str]:
    return [item.row.path for item in found]


def test_at_depth_one_blocks_are_folded():
    assert [(item.row.path, item.state) for item in items(BLOCKS)] == [("0", "layer"), ("1", "folded"), ("2", "layer")]


def test_a_block_alone_is_opened_with_the_container_inside_it():
    assert [(item.row.path, item.state) for item in items(BLOCKS, toggled={"1"})] == [
        ("0", "layer"),
        ("1", "open"),
        ("1.0.body.0", "layer"),
        ("1.0.body.3", "layer"),
        ("1.0", "open"),
        ("2", "layer"),
    ]
    assert paths(items(BLOCKS, toggled={"1", "1.0"})) == ["0", "1", "1.0", "2"]


def test_a_block_alone_is_folded_where_all_are_open():
    assert paths(items(BLOCKS, depth=9, toggled={"1"})) == ["0", "1", "2"]


def test_the_folded_block_around_the_selected_layer_is_marked():
    assert [item.row.path for item in items(BLOCKS, selected="1.0.body.3") if item.is_marked] == ["1"]
    assert [item.row.path for item in items(BLOCKS, depth=9, selected="1.0.body.3") if item.is_marked] == ["1.0.body.3"]
    assert [item.row.path for item in items(BLOCKS, depth=9, selected="1") if item.is_marked] == ["1"]


def test_a_residual_forks_and_its_activation_is_left_out():
    flow = diagram(summarize(network("ReLU()", RESIDUAL)), View(2)).flow
    assert paths(list(flow.items)) == ["1.body.0", "1.body.2", "1"]
    assert flow.chain == (Fork((Branch((0, 1)),), skips=True), 2)


def test_the_input_of_a_layer_is_what_is_drawn_before_it():
    summary = summarize(network("Conv2d(out_channels=1, kernel_size=1)", "ReLU()", RESIDUAL, "Flatten()"))
    assert diagram(summary, View()).inputs == {"0": ("",), "2": ("0",), "3": ("2",)}
    assert diagram(summary, View(2)).inputs == {
        "0": ("",),
        "2.body.0": ("0",),
        "2.body.2": ("2.body.0",),
        "2": ("2.body.2", "0"),
        "3": ("2",),
    }


def test_everything_is_drawn_where_no_role_is_quiet():
    assert paths(items(summarize(network("ReLU()", RESIDUAL)), depth=2, quiet=())) == [
        "0",
        "1.body.0",
        "1.body.1",
        "1.body.2",
        "1",
    ]


def test_a_block_of_activations_alone_stays_a_box():
    summary = summarize(network("Sequential([ReLU(), Tanh()])", "Flatten()"))
    assert next((item.row.path, item.state) for item in items(summary, depth=5)) == ("0", "folded")


def test_code_of_others_forks_where_its_tensors_do():
    flow = diagram(summarize_module(Functional(), (3, 8, 8)), View()).flow
    assert paths(list(flow.items))[:5] == ["conv1", "max_pool2d", "conv2", "add", "cat"]
    # max_pool2d goes to conv2, to the sum, and to what joins it with the sum.
    inner = Fork((Branch((2,)),), skips=True)
    assert flow.chain[:4] == (0, 1, Fork((Branch((inner, 3)),), skips=True), 4)


def test_torchvisions_dense_blocks_feed_every_layer_to_every_later_one():
    found = {item.row.path: item for item in items(torchvision_summary("densenet121", (3, 32, 32)), depth=3)}
    inside = found["features.denseblock1"].inside
    (fork, _) = inside.chain
    (tangle,) = fork.branches[0].chain
    assert isinstance(tangle, Tangle)
    assert len(tangle.members) == 6
    # Each pair of the block's input, its six layers and its end, but for what skips them all: 8 · 7 / 2 − 1.
    assert len(tangle.links) == 27


def test_what_never_ran_is_not_drawn():
    summary = torchvision_summary("googlenet", (3, 64, 64))
    assert {row.path for row in summary.rows} >= {"aux1", "aux2"}
    assert not {"aux1", "aux2"} & set(paths(items(summary)))
