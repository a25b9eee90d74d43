import math
from collections import Counter

import pytest
import torch
import torchinfo
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models

from cnnviz.errors import SpecError
from cnnviz.network.module_summary import summarize_module
from cnnviz.network.torchvision_models import built_without_data, torchvision_names, torchvision_summary

NAMES = models.list_models(module=models)


@pytest.fixture(autouse=True)
def no_downloads(monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("this would download weights")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", refuse)


def with_zeros(name: str) -> nn.Module:
    """Return a model of torchvision with data: its own constants, and zeros where it would have weights."""
    model = built_without_data(name).eval()
    return model._apply(lambda tensor: torch.zeros_like(tensor, device="cpu") if tensor.is_meta else tensor)


def outputs_of_modules(model: nn.Module, x: torch.Tensor) -> list[tuple[str, tuple[int, ...] | None]]:
    """Run a model for real; return the name and the first output's shape of every module, as each ended its run."""
    ended = []

    def note(name: str):
        return lambda module, args, output: ended.append((name, tuple(first(output).shape)))

    for name, module in model.named_modules():
        module.register_forward_hook(note(name))
    with torch.no_grad():
        model(x)
    return ended


def first(output: object) -> torch.Tensor:
    return output[0] if isinstance(output, tuple) else output


def test_the_names_are_torchvisions_classification_models():
    assert torchvision_names() == tuple(NAMES)
    assert {"resnet50", "vit_b_16", "googlenet"} <= set(torchvision_names())


@pytest.mark.parametrize("name", NAMES)
def test_every_model_has_pytorchs_parameters_mult_adds_and_output(name):
    summary = torchvision_summary(name)
    model = built_without_data(name).to("meta").eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        output = model(torch.empty(1, *summary.input_shape, device="meta"))
    assert summary.problem is None
    assert summary.name == name
    assert summary.output_shape == tuple(output.shape[1:]) == (1000,)
    assert summary.num_params == summary.num_trainable == sum(param.numel() for param in model.parameters())
    assert summary.mult_adds == counter.get_total_flops() / 2


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("alexnet", 64),
        ("convnext_tiny", 32),
        ("densenet121", 32),
        ("efficientnet_b0", 32),
        ("googlenet", 32),
        ("mobilenet_v3_small", 32),
        ("regnet_y_400mf", 32),
        ("resnet18", 32),
        ("shufflenet_v2_x0_5", 32),
        ("squeezenet1_1", 32),
        ("swin_t", 64),
        ("vit_b_32", 224),
    ],
)
def test_every_modules_output_is_that_of_a_real_run(name, side):
    model = with_zeros(name)
    summary = summarize_module(model, (3, side, side))
    shapes = outputs_of_modules(model, torch.zeros(1, 3, side, side))
    modules = dict(model.named_modules())
    shown = Counter((row.path.split("#")[0], row.output_shape) for row in summary.rows if row.output_shape is not None)
    wanted = Counter((path, shape[1:] if shape[0] == 1 else shape) for path, shape in shapes if path)
    assert {key: times for key, times in shown.items() if key[0] in modules} == wanted


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "squeezenet1_1", "mobilenet_v2", "vgg11_bn"])
def test_modules_are_those_of_torchinfo_in_its_order(name):
    model = with_zeros(name)
    x = torch.zeros(1, 3, 32, 32)
    found = torchinfo.summary(model, input_data=x, verbose=0).summary_list[1:]
    wanted = [(info.class_name, info.depth, info.num_params * (not info.is_recursive)) for info in found]
    modules = dict(model.named_modules())
    rows = [row for row in summarize_module(model, (3, 32, 32)).rows if row.path.split("#")[0] in modules]
    assert [(row.kind, row.depth + 1, row.num_params) for row in rows] == wanted
    assert [row.output_shape for row in rows] == [tuple(info.output_size[1:]) for info in found]


@pytest.mark.parametrize("name", ["convnext_tiny", "googlenet", "swin_t", "vit_b_32"])
def test_a_model_run_itself_has_the_rows_of_a_copy(name):
    summary = torchvision_summary(name)
    assert summary == summarize_module(built_without_data(name), summary.input_shape, name=name)


def test_operations_between_layers_are_rows():
    rows = {row.path: row for row in torchvision_summary("resnet18", (3, 64, 64)).rows}
    paths = [path for path in rows if path.startswith("layer2.0.") and "downsample." not in path]
    assert [path.removeprefix("layer2.0.") for path in paths] == [
        *("conv1", "bn1", "relu", "conv2", "bn2", "downsample", "add", "relu#2")
    ]
    add, flatten = rows["layer2.0.add"], rows["flatten"]
    assert (add.kind, add.text, add.role, add.depth, add.is_leaf) == ("add", "add()", "merge", 2, True)
    assert (add.input_shape, add.output_shape, add.mult_adds) == ((128, 8, 8), (128, 8, 8), 0)
    assert (flatten.text, flatten.output_shape) == ("flatten(start_dim=1)", (512,))


def test_attention_and_the_parameters_outside_of_layers_are_rows():
    rows = {row.path: row for row in torchvision_summary("vit_b_16").rows}
    assert (rows["expand"].text, rows["expand"].num_params) == ("expand(class_token, size=(1, -1, -1))", 768)
    assert (rows["encoder.add"].text, rows["encoder.add"].num_params) == ("add(pos_embedding)", 197 * 768)
    attention = "encoder.layers.encoder_layer_0.self_attention"
    product = rows[f"{attention}.scaled_dot_product_attention"]
    assert (product.role, product.mult_adds) == ("linear", 12 * 2 * 197 * 197 * 64)
    inside = rows[f"{attention}.linear"]
    assert inside.text == "linear(in_proj_weight, in_proj_bias)"
    assert (inside.num_params, inside.mult_adds) == (3 * 768 * 768 + 3 * 768, 197 * 3 * 768 * 768)
    assert rows[attention].num_params == 4 * (768 * 768 + 768)


def test_heads_that_never_run_are_counted_and_said_to():
    summary = torchvision_summary("googlenet")
    heads = {row.path: row for row in summary.rows if row.kind == "InceptionAux"}
    model = built_without_data("googlenet")
    assert list(heads) == ["aux1", "aux2"]
    for path, row in heads.items():
        assert row.text == "InceptionAux(), never used"
        assert row.num_params == sum(param.numel() for param in model.get_submodule(path).parameters())
        assert (row.output_shape, row.output_bytes, row.mult_adds, row.is_leaf) == (None, 0, 0, False)
    assert summary.output_shape == (1000,)


def test_layers_read_as_in_a_network_of_ones_own():
    texts = {row.path: row.text for row in torchvision_summary("efficientnet_b0").rows}
    assert texts["features.0.0"] == "Conv2d(out_channels=32, kernel_size=3, stride=2, padding=1, bias=False)"
    assert texts["features.0.1"] == "BatchNorm2d()"
    assert texts["classifier.1"] == "Linear(out_features=1000)"


@pytest.mark.parametrize(("name", "side"), [("resnet50", 224), ("inception_v3", 299), ("efficientnet_b4", 380)])
def test_the_input_is_that_of_the_published_weights(name, side):
    assert torchvision_summary(name).input_shape == (3, side, side)
    assert models.get_model_weights(name).DEFAULT.transforms().crop_size == [side]


def test_an_image_that_is_too_small_names_the_pool_that_has_nothing_left():
    # 40 pixels are 9 after the first convolution (stride 4), then 4, 1 after the pools, and the last has nothing left.
    summary = torchvision_summary("alexnet", (3, 40, 40))
    assert summary.problem.path == "features.12"
    assert (summary.problem.kind, summary.problem.input_shape) == ("MaxPool2d", (256, 1, 1))
    assert "Output size is too small" in summary.problem.reason
    assert summary.rows[-1].path == "features.11"
    assert summary.output_shape is None


def test_wrong_channels_are_refused_in_the_cpus_words_though_there_is_no_data():
    problem = torchvision_summary("resnet18", (1, 64, 64)).problem
    with pytest.raises(RuntimeError) as refusal:
        with_zeros("resnet18")(torch.zeros(1, 1, 64, 64))
    assert problem.path == "conv1"
    assert str(refusal.value) in problem.reason


def test_what_a_models_own_code_refuses_is_the_models_problem():
    problem = torchvision_summary("vit_b_16", (3, 64, 64)).problem
    assert str(problem) == (
        "VisionTransformer cannot take 3×64×64: it raises AssertionError: Wrong image height! Expected 224 but got 64!"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [("resnet5", "did you mean resnet50"), ("vit", "no classification model 'vit'"), ("", "lists them")],
)
def test_an_unknown_name_is_told_with_the_nearest(name, message):
    with pytest.raises(SpecError, match=message):
        torchvision_summary(name)


def test_building_makes_no_weights_and_keeps_computed_constants():
    model = built_without_data("swin_t")
    assert all(param.is_meta for param in model.parameters() if math.prod(param.shape) > 10_000)
    index = model.features[1][0].attn.relative_position_index
    assert torch.equal(index, models.swin_t().features[1][0].attn.relative_position_index)
