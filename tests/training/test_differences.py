from cnnviz.training.differences import Difference, difference_text, recipe_differences
from cnnviz.training.recipe import make_recipe


def test_only_the_settings_that_differ_are_told_in_the_recipes_order():
    before, after = make_recipe(lr=0.01, seed=1), make_recipe(lr=0.5, seed=1, resize=96)
    assert {each.name: (each.before, each.after) for each in recipe_differences(before, after)} == {
        "resize": (None, 96),
        "lr": (0.01, 0.5),
    }
    assert recipe_differences(before, before) == ()


def test_a_difference_is_written_as_people_write_it():
    assert difference_text(Difference("lr", 0.01, 0.1)) == "lr 0.01 → 0.1"
    assert difference_text(Difference("resize", None, 96)) == "resize none → 96"
    assert difference_text(Difference("flip", False, True)) == "flip off → on"
    assert difference_text(Difference("trackers", (), ("mlflow", "wandb"))) == "trackers none → mlflow, wandb"
