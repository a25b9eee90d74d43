import math
import subprocess
import sys
from typing import Any

import pytest

from cnnviz.errors import RecipeError
from cnnviz.training.recipe import GROUPS, Recipe, make_recipe


def test_defaults_are_the_books() -> None:
    recipe = make_recipe()
    assert (recipe.data, recipe.batch_size, recipe.lr, recipe.epochs) == ("fashion-mnist", 128, 0.01, 10)
    assert (recipe.resize, recipe.examples, recipe.device, recipe.seed) == (None, None, "auto", 0)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Recipe.model_fields.values())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"data": "cifar"}, "data should be one of fashion-mnist, mnist, "),
        ({"resize": 7}, "resize"),
        ({"resize": 1025}, "resize"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": -1}, "batch_size"),
        ({"batch_size": 65537}, "batch_size"),
        ({"batch_size": 1.5}, "batch_size"),
        ({"batch_size": True}, "batch_size"),
        ({"lr": 0}, "lr"),
        ({"lr": 101}, "lr"),
        ({"lr": math.nan}, "lr"),
        ({"lr": math.inf}, "lr"),
        ({"lr": "fast"}, "lr"),
        ({"epochs": 0}, "epochs"),
        ({"epochs": 10001}, "epochs"),
        ({"examples": 0}, "examples"),
        ({"examples": 60001}, "examples should be at most 60,000"),
        ({"device": "GPU 0"}, "device"),
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"dropout": 0.9}, "there is no such setting"),
        ({"examples": 1.5}, "examples should be a count such as 1000, a share such as 0.1, or none, not 1.5"),
        ({"examples": True}, "examples should be a count"),
        ({"validation": 60_000}, "validation should leave examples to train on: 60,000 of 60,000"),
        ({"data": "shapes", "examples": 10, "validation": 10}, "validation should leave examples to train on"),
        ({"nesterov": True}, "nesterov needs optimizer sgd and a momentum above 0"),
        ({"optimizer": "adam", "momentum": 0.9}, "momentum is for sgd and rmsprop; adam has its own"),
        ({"optimizer": "adagrad"}, "optimizer should be 'sgd', 'adam', 'adamw' or 'rmsprop', not 'adagrad'"),
        ({"warmup_epochs": 11}, "warmup_epochs should be at most epochs (10), not 11"),
        ({"warmup_epochs": 1, "schedule": "one-cycle"}, "warmup_epochs should be 0 with schedule one-cycle"),
        ({"clip_norm": 0}, "clip_norm should be greater than 0"),
        ({"crop": 65}, "crop"),
        ({"rotation": 181}, "rotation"),
        ({"label_smoothing": 1}, "label_smoothing"),
        ({"flip": 1}, "flip"),
        ({"trackers": ("paper",)}, "trackers[0] should be 'mlflow' or 'wandb'"),
        ({"devices": 0}, "devices"),
    ],
)
def test_wrong_setting_is_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError) as caught:
        make_recipe(**values)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_recipe_survives_json() -> None:
    recipe = make_recipe(
        data="shapes", resize=96, lr=0.05, examples=100, device="cuda:1", seed=7, validation=0.1, trackers=("wandb",)
    )
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_a_recipe_of_the_first_version_keeps_its_meaning() -> None:
    text = '{"data":"shapes","resize":null,"batch_size":256,"lr":0.9,"epochs":2,"examples":512,"device":"cpu","seed":0}'
    recipe = Recipe.model_validate_json(text)
    assert recipe == make_recipe(data="shapes", batch_size=256, lr=0.9, epochs=2, examples=512, device="cpu")
    assert (recipe.optimizer, recipe.schedule, recipe.momentum, recipe.validation) == ("sgd", "constant", 0, None)


def test_every_setting_stands_in_one_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(Recipe.model_fields)


@pytest.mark.parametrize(
    ("examples", "validation", "counts"),
    [
        (None, None, (60_000, 0, 60_000)),
        (0.1, 0.25, (6_000, 1_500, 4_500)),
        (10, 3, (10, 3, 7)),
        (0.00001, None, (1, 0, 1)),
    ],
)
def test_shares_are_counted(examples: Any, validation: Any, counts: tuple[int, int, int]) -> None:
    recipe = make_recipe(examples=examples, validation=validation)
    assert (recipe.num_examples, recipe.num_validation, recipe.num_trained) == counts


def test_image_shape_is_what_the_network_gets() -> None:
    assert make_recipe().image_shape == (1, 28, 28)
    assert make_recipe(resize=224).image_shape == (1, 224, 224)


def test_recipes_store_and_checks_do_not_load_pytorch() -> None:
    code = (
        "import sys, cnnviz.training.recipe, cnnviz.training.store, cnnviz.training.fit, cnnviz.training.launch;"
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
