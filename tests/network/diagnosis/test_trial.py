"""Fixes are offered because they were tried: only those that get further, the best first."""

import pytest
from hypothesis import HealthCheck, given, settings

from cnnviz.network.diagnosis import diagnose, trial
from cnnviz.network.diagnosis.case import Case, case_of, progress
from cnnviz.network.diagnosis.ideas import Idea
from cnnviz.network.diagnosis.trial import best_fixes
from cnnviz.network.edits import Edit
from cnnviz.network.infer import infer_shapes
from cnnviz.network.presets import PRESETS, preset
from cnnviz.network.spec import Layer, Network
from tests.network import running, strategies
from tests.network.diagnosis.corpus import CORPUS
from tests.network.examples import network
from tests.network.refusals import error_line, read_or_refuse

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")

WORKS = "the whole network works"
SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def case(*layers: str, **shape) -> Case:
    spec = network(*layers, **shape)
    return case_of(spec, infer_shapes(spec))


def idea(title: str, *edits: Edit) -> Idea:
    return Idea(title, edits)


POOL = Layer("MaxPool2d", {"kernel_size": 2})
TOO_SMALL = case("ReLU()", "MaxPool2d(kernel_size=9)", "Tanh()", "MaxPool2d(kernel_size=9)", "ELU()")  # of 8×8 pixels


def test_ideas_are_offered_by_how_far_they_get_and_then_in_the_order_of_their_families():
    families = [
        lambda _: iter([idea("useless", Edit((0,), (Layer("SiLU"),)))]),
        lambda _: iter([idea("to the second pool", Edit((1,), (POOL,)))]),
        lambda _: iter([idea("all, by smaller windows", Edit((1,), (POOL,)), Edit((3,), (POOL,)))]),
        lambda _: iter([idea("all, without pools", Edit((1,)), Edit((3,)))]),
    ]
    fixes = best_fixes(TOO_SMALL, families)
    assert [(fix.title, fix.effect) for fix in fixes] == [
        ("all, by smaller windows", WORKS),
        ("all, without pools", WORKS),
        ("to the second pool", "reaches layer 3 (MaxPool2d)"),
    ]


def test_of_a_family_the_first_idea_that_makes_all_of_it_work_is_offered_and_no_more_is_tried():
    def family(_: Case):
        yield idea("further", Edit((1,)))
        yield idea("all", Edit((1,)), Edit((3,)))
        pytest.fail("tried on")

    assert [fix.title for fix in best_fixes(TOO_SMALL, [family])] == ["all"]


def test_an_idea_that_leaves_no_network_is_passed_over():
    nothing = idea("nothing left", Edit((0,), removed=5))
    wrong = idea("wrong in itself", Edit((1,), (Layer("MaxPool2d", {"kernel_size": 0}),)))
    assert best_fixes(TOO_SMALL, [lambda _: iter([nothing, wrong])]) == ()


def test_the_same_network_is_offered_once_and_four_at_most():
    def families(*edits: Edit):
        return [lambda _, edit=edit: iter([idea(str(edit.layers), edit)]) for edit in edits]

    removed = Edit((1,))
    assert len(best_fixes(TOO_SMALL, families(removed, removed))) == 1
    others = [Edit((1,), (Layer("MaxPool2d", {"kernel_size": size}),)) for size in range(1, 9)]
    assert len(best_fixes(TOO_SMALL, families(*others))) == 4


@pytest.mark.parametrize(
    ("nearer", "further"),
    [
        # whatever is put in or taken out before the problem, what is left after it says how far a network gets
        (
            ["Linear(out_features=3)", "ReLU()"],
            ["ReLU()", "Flatten()", "Linear(out_features=3)", "MaxPool2d(kernel_size=2)"],
        ),
        (["ReLU()", "ReLU()", "Linear(out_features=3)", "ReLU()"], ["Linear(out_features=3)"]),
        # the parts of a container in their order, then their sum
        (
            ["Residual([MaxPool2d(kernel_size=9), ReLU()], [ReLU()])"],
            ["Residual([ReLU(), MaxPool2d(kernel_size=9)], [ReLU()])"],
        ),
        (["Residual([MaxPool2d(kernel_size=9)], [ReLU()])"], ["Residual([ReLU()], [MaxPool2d(kernel_size=9)])"]),
        (["Residual([ReLU()], [MaxPool2d(kernel_size=9)])"], ["Residual([ReLU()], [MaxPool2d(kernel_size=2)])"]),
        # copies of a Repeat, layers of a block
        (["Repeat([MaxPool2d(kernel_size=4)], n=5)"], ["Repeat([MaxPool2d(kernel_size=2)], n=5)"]),
        (["Flatten()", "NiNBlock(out_channels=3, kernel_size=1)"], ["NiNBlock(out_channels=3, kernel_size=9)"]),
        (["MaxPool2d(kernel_size=9)"], ["ReLU()"]),
    ],
)
def test_how_far_a_network_gets_can_be_compared_after_any_change(nearer, further):
    one, other = network(*nearer), network(*further)
    assert progress(one, infer_shapes(one)) < progress(other, infer_shapes(other))


def holds_what_it_says(spec: Network) -> None:
    """Diagnose a network: nothing is raised, and every fix does what its effect says."""
    inferred, diagnosis = infer_shapes(spec), diagnose(spec)
    before = progress(spec, inferred)
    assert diagnosis.problem == inferred.problem
    assert len(diagnosis.fixes) <= (4 if inferred.problem else 0)
    for fix in diagnosis.fixes:
        problem = infer_shapes(fix.network).problem
        assert fix.effect == (f"reaches layer {problem.path} ({problem.kind})" if problem else WORKS)
        assert progress(fix.network, infer_shapes(fix.network)) > before
    for fix in filter(None, (finding.fix for finding in diagnosis.warnings)):
        assert progress(fix.network, infer_shapes(fix.network)) >= before


def test_branches_that_make_maps_and_blocks_are_diagnosed():
    """One branch makes 1×1×1×1, which has no height and width to compare with the other's 1×1×1."""
    blocks = (Layer("Unflatten", {"dim": 1, "unflattened_size": (1, 1)}),)
    maps = (Layer("Conv2d", {"out_channels": 1, "kernel_size": 1}),)
    holds_what_it_says(Network(input_shape=(1, 1, 1), layers=(Layer("Concat", {}, (blocks, maps)),)))


@settings(max_examples=250, suppress_health_check=SLOW_TO_DRAW)
@given(running.networks())
def test_any_network_is_diagnosed_and_every_fix_does_what_it_says(spec: Network):
    holds_what_it_says(spec)


@settings(max_examples=300, suppress_health_check=SLOW_TO_DRAW)
@given(strategies.networks())
def test_networks_of_extreme_sizes_are_diagnosed_too(spec: Network):
    if read_or_refuse(infer_shapes, spec):
        holds_what_it_says(spec)
    else:  # too wide, or 1,000 copies of 200 layers: refused as a whole
        error_line(diagnose, spec)


@pytest.mark.parametrize("width", [0.25, 1.5])
@pytest.mark.parametrize("name", PRESETS)
def test_presets_on_eight_pixels_are_diagnosed_at_any_width(name, width):
    holds_what_it_says(preset(name).replace(input_shape=(1, 8, 8), width=width))


@pytest.mark.parametrize("broken", CORPUS, ids=lambda broken: broken.name)
def test_few_dozen_tries_are_enough(broken, monkeypatch):
    tries = []
    monkeypatch.setattr(trial, "infer_shapes", lambda spec: tries.append(spec) or infer_shapes(spec))
    diagnose(broken.network)
    assert len(tries) <= 48


def test_five_thousand_layers_are_diagnosed(time_limit):
    layers = (Layer("Conv2d", {"out_channels": 4, "kernel_size": 3}), Layer("ReLU")) * 2400
    with time_limit(120):
        diagnosis = diagnose(Network(input_shape=(1, 32, 32), layers=layers))
    assert diagnosis.problem.path == "30"  # 32 pixels, two fewer at each of 15 convolutions
    assert any(fix.title.startswith("Set padding=1") for fix in diagnosis.fixes)
