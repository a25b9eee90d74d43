import math
import subprocess
import sys
from typing import Any

import pytest

from cnnviz.errors import RecipeError
from cnnviz.training.recipe import Recipe, make_recipe


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
        ({"momentum": 0.9}, "there is no such setting"),
    ],
)
def test_wrong_setting_is_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError) as caught:
        make_recipe(**values)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_recipe_survives_json() -> None:
    recipe = make_recipe(data="shapes", resize=96, lr=0.05, examples=100, device="cuda:1", seed=7)
    assert Recipe.model_validate_json(recipe.model_dump_json()) == recipe


def test_image_shape_is_what_the_network_gets() -> None:
    assert make_recipe().image_shape == (1, 28, 28)
    assert make_recipe(resize=224).image_shape == (1, 224, 224)


def test_recipes_store_and_checks_do_not_load_pytorch() -> None:
    code = (
        "import sys, cnnviz.training.recipe, cnnviz.training.store, cnnviz.training.fit, cnnviz.training.launch;"
        "assert not {'torch', 'torchvision'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
