import pytest

from cnnviz.errors import RecipeError
from cnnviz.training.recipe import make_recipe
from cnnviz.training.recipe_file import parse_recipe, recipe_text


@pytest.mark.parametrize(
    "recipe",
    [
        make_recipe(),
        make_recipe(
            data="shapes", examples=0.1, lr=0.05, optimizer="adamw", clip_norm=1.0, trackers=("mlflow", "wandb")
        ),
    ],
)
def test_a_recipe_is_read_back_as_it_was(recipe) -> None:
    assert parse_recipe(recipe_text(recipe)) == recipe


def test_a_file_says_what_differs_from_the_book() -> None:
    assert recipe_text(make_recipe(lr=0.1, epochs=2)) == "epochs: 2\nlr: 0.1\n"


def test_a_comment_is_a_recipe_of_defaults() -> None:
    assert parse_recipe("# nothing is changed\n") == make_recipe()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lr: 0.1\nepochs: [", "line 2: "),
        ("lr: fast", "lr should be a valid number, not 'fast'"),
        ("learning_rate: 0.1", "learning_rate: there is no such setting; there are data, "),
        ("- lr", "a recipe is lines such as `lr: 0.1`, not ['lr']"),
        ("1: 2", "a recipe is lines such as"),
        ("[" * 5000, "nested so deeply"),
        ("&a [*a]", "a recipe is lines such as"),
        ("lr: !!python/object/apply:os.system ['true']", "line 1: "),
    ],
)
def test_what_is_no_recipe_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
