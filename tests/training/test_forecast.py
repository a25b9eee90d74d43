import time
from pathlib import Path

import psutil
import pytest

import cnnviz
from cnnviz.errors import RecipeError
from cnnviz.training import background, forecast
from cnnviz.training.forecast import (
    Measurement,
    MemoryForecast,
    Speed,
    data_bytes,
    forecast_memory,
    forecast_time,
    largest_fitting_batch,
    measured,
    speed_dict,
    start_measuring,
)
from cnnviz.training.recipe import Recipe, make_recipe

GB = 10**9


@pytest.fixture
def tiny_network(tiny: str) -> cnnviz.Network:
    return cnnviz.parse(tiny)


def with_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(forecast, "_device_memory", lambda device: (free, 16 * GB))


def test_data_is_what_its_images_and_labels_take() -> None:
    recipe = make_recipe(data="cifar-10", examples=1000)
    assert data_bytes(recipe) == (1000 + 10_000) * (3 * 32 * 32 + 8)


def test_memory_is_the_ledgers_and_what_pytorch_takes_besides(
    tiny_network: cnnviz.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_free(monkeypatch, 8 * GB)
    recipe = make_recipe(data="shapes", batch_size=64, device="cpu")
    found = forecast_memory(tiny_network, recipe)
    assert found.training_bytes == cnnviz.memory(tiny_network, batch_size=64).peak_bytes
    assert found.needed_bytes == found.data_bytes + found.training_bytes + found.framework_bytes
    assert found.fits
    adam = forecast_memory(tiny_network, make_recipe(data="shapes", batch_size=64, device="cpu", optimizer="adam"))
    assert adam.training_bytes == cnnviz.memory(tiny_network, batch_size=64, optimizer="adam").peak_bytes


@pytest.mark.parametrize("devices", [1, 2])
def test_the_largest_batch_fits_and_one_more_does_not(devices: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, 6 * GB)
    alexnet = cnnviz.load("alexnet")
    recipe = make_recipe(data="shapes", resize=224, device="cpu", batch_size=4096, devices=devices)
    found = forecast_memory(alexnet, recipe)
    largest = found.largest_batch
    assert 1 < largest == largest_fitting_batch(alexnet, recipe)
    assert found.text.startswith("would not fit: about ")
    assert found.text.endswith(f"free; batch {largest:,} would")
    for batch_size, fits in ((largest, True), (largest + devices, False)):
        settings = {**recipe.model_dump(), "batch_size": batch_size}
        assert forecast_memory(alexnet, make_recipe(**settings)).fits is fits


def test_where_no_batch_fits_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with_free(monkeypatch, GB)
    found = forecast_memory(cnnviz.load("alexnet"), make_recipe(data="shapes", resize=224, device="cpu"))
    assert found.largest_batch == 0
    assert found.text.endswith("nor would any other batch")


def test_free_memory_is_the_machines(tiny_network: cnnviz.Network) -> None:
    found = forecast_memory(tiny_network, make_recipe(data="shapes", device="cpu"))
    assert found.total_bytes == psutil.virtual_memory().total
    assert 0 < found.free_bytes <= found.total_bytes


def test_memory_is_told_in_words() -> None:
    found = MemoryForecast("cpu", 64, GB, 2 * GB, GB, 8 * GB, 16 * GB, 128)
    assert found.text == "about 4.00 GB of memory, of 8.00 GB free on cpu"


@pytest.mark.parametrize(
    ("epochs", "rates", "text"),
    [
        # 60,000 / 1,000 + 10,000 / 2,500 = 64 s an epoch
        (1, (1000.0, 2500.0), "about 1 min 04 s, 1,000 examples/s"),
        (20, (1000.0, 2500.0), "about 21 min, 1,000 examples/s"),
        (100, (1000.0, 2500.0), "about 1 h 46 min, 1,000 examples/s"),
        (1, (6.0, 20.0), "about 2 h 55 min, 6.0 examples/s"),
    ],
)
def test_time_is_that_of_all_examples_and_tests(epochs: int, rates: tuple[float, float], text: str) -> None:
    recipe = make_recipe(data="shapes", epochs=epochs)
    assert forecast_time(recipe, Speed(*rates, num_steps=20)).text == text


def test_examples_held_out_are_tested_and_not_trained_on() -> None:
    recipe = make_recipe(data="shapes", epochs=1, examples=2000, validation=0.5)
    assert forecast_time(recipe, Speed(100.0, 1000.0, 20)).total_s == 1000 / 100 + (10_000 + 1000) / 1000


def outcome(network: cnnviz.Network, recipe: Recipe) -> Measurement:
    while (found := measured(network, recipe)) is None or found.status == "running":
        time.sleep(0.05)
    return found


def test_steps_are_measured_in_a_process_of_their_own_once_for_all_lengths(
    home_folder: Path, tiny_network: cnnviz.Network
) -> None:
    recipe = make_recipe(data="shapes", epochs=1, device="cpu")
    assert measured(tiny_network, recipe) is None
    start_measuring(tiny_network, recipe)
    found = outcome(tiny_network, recipe)
    assert found.status == "done", found.error
    assert found.forecast
    longer = measured(tiny_network, make_recipe(data="shapes", epochs=3, lr=0.5, device="cpu"))
    assert longer
    assert longer.forecast
    assert longer.forecast.total_s == pytest.approx(3 * found.forecast.total_s)
    assert measured(tiny_network, make_recipe(data="shapes", batch_size=64, device="cpu")) is None


def test_what_could_not_be_measured_says_why(home_folder: Path, tiny_network: cnnviz.Network) -> None:
    recipe = make_recipe(data="shapes", device="cpu")
    background.run(_ready(tiny_network, recipe), lambda request, report: _fail())
    assert measured(tiny_network, recipe) == Measurement("failed", error="the network has no weights to train")


def test_what_was_measured_yesterday_is_measured_again(
    home_folder: Path, tiny_network: cnnviz.Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = make_recipe(data="shapes", device="cpu")
    background.run(_ready(tiny_network, recipe), lambda request, report: speed_dict(Speed(1.0, 2.0, 3)))
    assert measured(tiny_network, recipe)
    now_s = time.time()
    monkeypatch.setattr(time, "time", lambda: now_s + 25 * 3600)
    assert measured(tiny_network, recipe) is None


def _ready(network: cnnviz.Network, recipe: Recipe) -> Path:
    folder = forecast._work(network, recipe)
    folder.mkdir(parents=True)
    (folder / "request.json").write_text("{}")
    return folder


def _fail() -> None:
    raise RecipeError("the network has no weights to train")
