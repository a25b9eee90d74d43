"""The memory ledger, held against hand arithmetic and against what PyTorch saves and allocates on the CPU."""

import weakref

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.functional import cross_entropy
from torch.utils._python_dispatch import TorchDispatchMode

from cnnviz.errors import SpecError
from cnnviz.network.build import build
from cnnviz.network.costs.gpus import GPUS
from cnnviz.network.costs.memory import Ledger, largest_batch, largest_batches, memory
from cnnviz.network.costs.rehearsal import OPTIMIZERS, rehearse
from cnnviz.network.layers import LAYERS, new_layer
from cnnviz.network.presets import preset
from cnnviz.network.spec import Layer, Network
from tests.network.examples import network

CLASSIFIER = network("Flatten()", "Linear(out_features=3)", input_shape=(1, 4, 4))


def test_a_ledger_by_hand():
    ledger, weights, batch = memory(CLASSIFIER, batch_size=5), 4 * (16 * 3 + 3), 5 * (4 * 16 + 8)
    assert (ledger.weight_bytes, ledger.gradient_bytes, ledger.optimizer_bytes) == (weights, weights, 0)
    assert ledger.batch_bytes == batch  # labels are 8 bytes each
    assert ledger.saved_bytes == 5 * 4 * 3 + 4  # the log-softmax of the outputs, and the loss's number of examples
    assert ledger.layers == {"0": 0, "1": 0}  # Linear keeps its input, which is the batch
    assert ledger.total_bytes == 2 * weights + batch + 5 * 4 * 3 + 4


def test_what_is_saved_is_told_where_it_is_saved_first_and_once():
    layers = ("Conv2d(out_channels=2, kernel_size=1)", "ReLU()", "MaxPool2d(kernel_size=2)", "Dropout()", "Flatten()")
    layers = (f"Sequential([{', '.join(layers)}])", "Linear(out_features=3)")
    saved = memory(network(*layers, input_shape=(1, 4, 4)), batch_size=7).layers
    relu, pool, dropout = 7 * 2 * 16 * 4, 7 * 2 * 4 * 8, 7 * 2 * 4 * 4
    assert saved["0.0"] == 0  # the convolution keeps the batch
    assert saved["0.1"] == relu  # its output, which the pool needs too
    assert saved["0.2"] == pool  # the places of the maxima, 8 bytes each
    assert saved["0.3"] == dropout  # the mask, in float32
    assert saved["0"] == relu + pool + dropout
    assert saved["1"] == dropout  # its input: what dropout let through


@pytest.mark.parametrize("inplace", [False, True])
def test_a_relu_in_place_saves_the_output_of_the_layer_before(inplace):
    norm = ("Conv2d(out_channels=2, kernel_size=1)", "BatchNorm2d()", f"ReLU(inplace={inplace})", "Sigmoid()")
    saved = memory(network(*norm, input_shape=(1, 4, 4)), batch_size=2).layers
    one = 2 * 2 * 16 * 4
    assert saved["1"] == one + 2 * 2 * 4  # the convolution's output, and mean and deviation of two channels
    assert (saved["2"], saved["3"]) == (one, one)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_optimizer_holds_what_it_does_after_a_real_step(optimizer):
    module = build(preset("lenet"))
    real = OPTIMIZERS[optimizer](list(module.parameters()))
    module(torch.rand(2, 1, 28, 28)).sum().backward()
    real.step()
    state = [value for values in real.state.values() for value in values.values() if isinstance(value, torch.Tensor)]
    held = sum(value.numel() * value.element_size() for value in state)
    assert memory(preset("lenet"), batch_size=2, optimizer=optimizer).optimizer_bytes == held
    assert held >= {"sgd": 0, "momentum": 1, "rmsprop": 1, "adam": 2, "adamw": 2}[optimizer] * 61_706 * 4


def saved_on_the_cpu(spec: Network, batch_size: int) -> int:
    module, images = build(spec).train(), torch.rand(batch_size, *spec.input_shape)
    labels = torch.zeros(batch_size, *module(images).shape[2:], dtype=torch.long)
    kept: dict[int, torch.Tensor] = {}
    with saved_tensors_hooks(lambda tensor: kept.setdefault(tensor.data_ptr(), tensor), lambda tensor: tensor):
        cross_entropy(module(images), labels)
    known = {tensor.data_ptr() for tensor in (*module.parameters(), *module.buffers(), images, labels)}
    return sum(tensor.untyped_storage().nbytes() for place, tensor in kept.items() if place not in known)


@pytest.mark.parametrize("kind", LAYERS)
def test_every_kind_saves_on_the_meta_device_what_it_saves_on_the_cpu(kind):
    rows = ["Flatten()"] if kind in ("Unflatten", "BatchNorm1d", "Linear") else []
    conv = f"Conv2d(out_channels={1 if kind == 'Unflatten' else 64}, kernel_size=1)"
    spec = network(conv, *rows, "Sigmoid()", input_shape=(1, 8, 8))
    spec = spec.replace(layers=(*spec.layers, new_layer(kind)))
    assert memory(spec, batch_size=4).saved_bytes == saved_on_the_cpu(spec, 4)


@pytest.mark.parametrize("kind", [kind for kind, entry in LAYERS.items() if "inplace" in entry.params])
def test_what_writes_over_its_input_saves_on_the_meta_device_what_it_saves_on_the_cpu(kind):
    spec = network("Conv2d(out_channels=8, kernel_size=1)", "BatchNorm2d()", f"{kind}(inplace=True)", "Tanh()")
    assert memory(spec, batch_size=4).saved_bytes == saved_on_the_cpu(spec, 4)


class Held(TorchDispatchMode):
    """The bytes that tensors hold, by the storages that operations gave out and that have not been freed since."""

    def __init__(self, *tensors: torch.Tensor) -> None:
        super().__init__()
        self.sizes: dict[int, int] = {}
        self.peak = 0
        for tensor in tensors:
            self.note(tensor)

    def note(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage.data_ptr() and storage.data_ptr() not in self.sizes:
            self.sizes[storage.data_ptr()] = storage.nbytes()
            weakref.finalize(storage, self.sizes.pop, storage.data_ptr())
        self.peak = max(self.peak, sum(self.sizes.values()))

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        output = func(*args, **(kwargs or {}))
        for tensor in output if isinstance(output, tuple | list) else [output]:
            if isinstance(tensor, torch.Tensor):
                self.note(tensor)
        return output


def measured_peak(spec: Network, batch_size: int) -> int:
    """Return the most bytes that tensors held at any time of a real step on the CPU."""
    module, images = build(spec).train(), torch.rand(batch_size, *spec.input_shape)
    labels, optimizer = torch.randint(10, (batch_size,)), torch.optim.SGD(module.parameters(), lr=0.01)
    with Held(*module.parameters(), *module.buffers(), images, labels) as held:
        cross_entropy(module(images), labels).backward()
        optimizer.step()
    return held.peak


STEM = "Conv2d(out_channels=16, kernel_size=3, padding=1)"
HEAD = ("AdaptiveAvgPool2d(output_size=1)", "Flatten()", "Linear(out_features=10)")
SMALL = {
    "AlexNet": [STEM, "ReLU()", "MaxPool2d(kernel_size=3)", "Flatten()", "Linear(out_features=256)", "Dropout()"],
    "VGG": ["VGGBlock(num_convs=2, out_channels=16)", "VGGBlock(num_convs=2, out_channels=32)", "Flatten()"],
    "ResNet": [STEM, "ResidualBlock(out_channels=16)", "ResidualBlock(out_channels=32, stride=2)", *HEAD[:2]],
    "GoogLeNet": [STEM, "Inception(c1=8, c2=(8, 16), c3=(4, 8), c4=8)", "MaxPool2d(kernel_size=2)", *HEAD[:2]],
    "DenseNet": [STEM, "DenseBlock(num_layers=3, growth_rate=8)", "Transition()", "BatchNorm2d()", *HEAD[:2]],
    "MobileNet": [STEM, "InvertedResidual(out_channels=16)", "SqueezeExcite()", "Hardswish()", *HEAD[:2]],
}  # fmt: skip


@pytest.mark.parametrize("name", SMALL)
def test_the_peak_is_that_of_a_real_step(name):
    spec = network(*SMALL[name], "Linear(out_features=10)", input_shape=(3, 32, 32))
    assert memory(spec, batch_size=32).peak_bytes == pytest.approx(measured_peak(spec, 32), rel=0.01)


@pytest.mark.parametrize("name", ["lenet", "resnet18", "googlenet", "mobilenet-v2"])
def test_the_ledger_is_that_of_a_step_rehearsed_at_its_own_batch_size(name):
    spec = preset(name)
    ledger = memory(spec, batch_size=9, optimizer="adam")
    step = rehearse(build(spec, device="meta"), spec.input_shape, batch_size=9, optimizer="adam")
    assert ledger.peak_bytes == max(step.alive)
    assert ledger.inference_bytes == max(step.alive_forward)
    assert ledger.saved_bytes == step.saved[""]
    assert ledger.layers.items() <= {**dict.fromkeys(ledger.layers, 0), **step.saved}.items()


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "densenet"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_largest_batch_is_the_last_within_the_budget(name, optimizer):
    spec = preset(name)
    for budget in (2e9, 8e9, 80e9):
        batch = largest_batch(spec, budget, optimizer=optimizer)
        peaks = [memory(spec, batch_size=size, optimizer=optimizer).peak_bytes for size in (batch, batch + 1)]
        assert peaks[0] <= budget < peaks[1]


def test_no_batch_fits_where_the_weights_do_not():
    assert largest_batch(preset("alexnet"), 2 * 187e6) == 0
    assert largest_batch(preset("alexnet"), 0) == 0


def test_gpus_leave_room_for_cuda_and_between_tensors():
    spec = preset("alexnet")
    batches = largest_batches(spec)
    assert batches["RTX 4090"] == (largest_batch(spec, 23e9 / 1.1), largest_batch(spec, 23.5e9 / 1.1))
    assert list(batches) == list(GPUS)
    assert largest_batches(spec, {"tiny": 0.5e9}) == {"tiny": (0, 0)}


def test_the_largest_networks_and_batches_are_predicted_without_memory():
    spec = network("Conv2d(out_channels=4096, kernel_size=1)", "ReLU()", input_shape=(4096, 8192, 8192))
    ledger = memory(spec, batch_size=1_000_000)
    assert ledger.layers["1"] == 1_000_000 * 4096 * 8192 * 8192 * 4
    assert largest_batch(spec, 80e9) == 0


def test_a_network_with_nothing_to_learn_holds_no_gradients():
    ledger = memory(network("MaxPool2d(kernel_size=2)", "Flatten()"), batch_size=3)
    assert (ledger.weight_bytes, ledger.gradient_bytes, ledger.saved_bytes) == (0, 0, 0)
    assert ledger.peak_bytes >= ledger.batch_bytes + 3 * 16 * 4


def test_the_ledger_is_json_under_the_names_of_its_attributes():
    told = memory(CLASSIFIER, batch_size=5).to_dict()
    assert told.keys() == {*Ledger.__dataclass_fields__, "total_bytes"}
    assert told["layers"] == {"0": 0, "1": 0}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number of at least 1, not 0"),
        ({"batch_size": 2.5}, "batch_size must be a whole number of at least 1, not 2.5"),
        (
            {"batch_size": 1, "optimizer": "lion"},
            "optimizer must be one of sgd, momentum, rmsprop, adam, adamw, not 'li",
        ),
    ],
)
def test_mistakes_are_told_in_words(settings, message):
    with pytest.raises(SpecError, match=message):
        memory(CLASSIFIER, **settings)


def test_a_network_that_does_not_fit_together_has_no_ledger():
    with pytest.raises(SpecError, match=r"layer 0 \(MaxPool2d\) cannot take 1×8×8"):
        memory(network("MaxPool2d(kernel_size=9)"), batch_size=1)


def test_a_number_of_thousands_of_digits_is_refused_too():
    spec = CLASSIFIER.replace(layers=(Layer("Linear", {"out_features": 10**5000}),))
    with pytest.raises(SpecError, match="thousands of digits"):
        memory(spec, batch_size=1)
