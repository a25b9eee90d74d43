import pytest

from cnnviz.training.alarms import alarms
from cnnviz.training.alarms.evidence import interval_losses
from tests.training.alarms.conftest import (
    Recorded,
    activation,
    few_examples,
    linear,
    mlp,
    names,
    shapes_recipe,
    the_alarm,
    trained,
)

RELU = mlp(linear(32), activation("ReLU"))

# The book's networks and recipes in full, as they ran here: training losses in fives, then the test accuracy.
HEALTHY = {
    "LeNet on Fashion-MNIST, seed 0": """
        2.358 2.335 2.326 2.319 2.283 T0.338 1.441 1.287 1.201 1.148 1.102 T0.602
        0.879 0.857 0.844 0.826 0.810 T0.683 0.725 0.709 0.704 0.699 0.690 T0.723""",
    "LeNet on Fashion-MNIST, seed 1": """
        2.368 2.342 2.331 2.324 2.319 T0.098 2.059 1.717 1.539 1.404 1.319 T0.607
        0.920 0.896 0.877 0.856 0.835 T0.712 0.721 0.721 0.705 0.702 0.695 T0.694""",
    "LeNet on Shapes": """
        2.361 2.338 2.328 2.322 2.317 T0.106 2.223 1.856 1.559 1.286 1.073 T0.990
        0.108 0.084 0.065 0.053 0.045 T1.000 0.010 0.010 0.009 0.008 0.008 T1.000""",
    "BN-LeNet on Fashion-MNIST": """
        1.147 0.943 0.829 0.762 0.720 T0.783 0.502 0.497 0.485 0.475 0.466 T0.786
        0.424 0.411 0.409 0.406 0.402 T0.782""",
}
STEPS = 235  # an epoch of 60,000 examples in batches of 256


def recorded_run(text: str) -> list[Recorded]:
    """Points from text; the accuracy in training is about that on the test set, and at first that of guessing."""
    points, place = [], 0
    for word in text.split():
        if word.startswith("T"):
            points.append(Recorded(points[-1].step, points[-1].epoch, test_acc=float(word[1:])))
        else:
            place += 1
            loss = float(word)
            points.append(Recorded(place * STEPS // 5, place / 5, loss, max(0.1, 1 - loss / 2.4)))
    return points


@pytest.mark.parametrize("run", HEALTHY)
def test_the_books_runs_raise_nothing_at_any_point(run):
    points = recorded_run(HEALTHY[run])
    recipe = shapes_recipe(batch_size=256, lr=0.9, epochs=10)
    assert {number: alarms(points[:number], (), recipe, 10) for number in range(len(points) + 1)} == dict.fromkeys(
        range(len(points) + 1), ()
    )


def test_means_over_the_epoch_so_far_are_taken_apart():
    # 4.0 over the first quarter and 3.0 over the first half: 2.0 in the second quarter; a new epoch begins anew
    points = [(Recorded(0, epoch), mean) for epoch, mean in [(0.25, 4.0), (0.5, 3.0), (1.0, 2.5), (1.5, 7.0)]]
    assert [loss for _, loss in interval_losses(points)] == [4.0, 2.0, 2.0, 7.0]


def test_a_healthy_run_raises_nothing(few_shapes):
    found = trained(RELU, shapes_recipe(lr=0.1), few_shapes)
    assert names(found) == set()


def test_a_run_that_the_first_steps_threw_off_is_told_to_be_stuck_and_offered_a_smaller_lr(few_shapes):
    found = trained(RELU, shapes_recipe(lr=1.0, statistics=False), few_shapes)
    epoch, alarm = the_alarm(found, "Stuck at ln 10")
    assert 4.5 <= epoch < 5  # 450 steps after the first ones
    assert "close to ln 10 = 2.303, which is what guessing gives" in alarm.cause
    assert dict(alarm.suggestions[0].settings) == {"lr": 0.1}


def test_a_run_that_hardly_moves_is_offered_a_larger_lr(few_shapes):
    sigmoid = mlp(
        linear(32), activation("Sigmoid"), linear(32), activation("Sigmoid"), linear(32), activation("Sigmoid")
    )
    _, alarm = the_alarm(trained(sigmoid, shapes_recipe(lr=0.01), few_shapes), "Stuck at ln 10")
    assert alarm.suggestions[0].text == "Repeat with lr 0.1"


def test_a_run_with_a_large_lr_that_hardly_moves_is_not_offered_a_larger_one(few_shapes):
    sigmoid = mlp(*(layer for _ in range(4) for layer in (linear(32), activation("Sigmoid"))))
    _, alarm = the_alarm(trained(sigmoid, shapes_recipe(lr=0.2), few_shapes), "Stuck at ln 10")
    assert [dict(each.settings) for each in alarm.suggestions] == [{"initialization": "kaiming"}, {}]


def test_a_loss_beyond_all_numbers_is_named_with_its_step_its_layer_and_a_smaller_lr(few_shapes):
    found = trained(mlp(linear(32)), shapes_recipe(lr=0.5, epochs=1), few_shapes)
    epoch, alarm = the_alarm(found, "The loss is not a number")
    assert epoch == 0.4
    assert "Since step 40 (epoch 0.4) the loss is not a number or infinite; it began in layer 1" in alarm.cause
    assert [dict(each.settings) for each in alarm.suggestions] == [{"lr": 0.05}, {"clip_norm": 1.0}]
    assert found[-1][1] == (alarm,)  # and nothing else, which would only follow from it


def test_a_loss_that_stays_worse_than_guessing_blames_the_learning_rate(few_shapes):
    found = trained(RELU, shapes_recipe(lr=100.0, epochs=2), few_shapes)
    epoch, alarm = the_alarm(found, "The learning rate is too high")
    assert 1 < epoch <= 2
    assert "guessing gives ln 10 = 2.303" in alarm.cause


def test_a_loss_that_rises_again_blames_the_learning_rate():
    # Flatten, Linear(32), ReLU, Linear(10) on 3,200 images of Fashion-MNIST with lr 0.5, as it ran here.
    points = recorded_run("""
        2.330 2.021 1.878 1.778 1.700 T0.492 1.312 1.485 1.500 1.526 1.564 T0.325
        1.755 1.785 1.707 1.697 1.685 T0.365 1.903 1.914 2.083 2.123 2.193 T0.095""")
    (alarm,) = alarms(points, (), shapes_recipe(lr=0.5), 10)
    assert alarm.name == "The learning rate is too high"
    assert "The loss had come down to 1.56 and has risen to 2.19 with lr 0.5" in alarm.cause
    assert [dict(each.settings) for each in alarm.suggestions] == [{"lr": 0.05}, {"lr": 0.2}, {"warmup_epochs": 1.0}]


def test_a_loss_that_swings_blames_the_learning_rate():
    means = [1.5, 1.2, 1.45, 1.1, 1.35, 1.0, 1.25]
    points = [Recorded(100 * epoch, epoch, mean, 0.5) for epoch, mean in enumerate(means, start=1)]
    (alarm,) = alarms(points, (), shapes_recipe(lr=0.5), 10)
    assert "goes up and down between 1 and 1.5" in alarm.cause


def test_few_examples_are_learnt_by_heart(few_shapes):
    recipe = shapes_recipe(lr=0.1, epochs=30, batch_size=16, examples=60)
    _, alarm = the_alarm(trained(RELU, recipe, few_examples(few_shapes, 60)), "Overfitting")
    assert "of the training examples are right, but only" in alarm.cause
    assert [dict(each.settings) for each in alarm.suggestions] == [
        {"examples": None},
        {"crop": 2},
        {"weight_decay": 0.0005},
        {},
    ]


def test_what_a_recipe_has_already_is_not_suggested(few_shapes):
    recipe = shapes_recipe(lr=0.1, epochs=30, batch_size=16, examples=60, weight_decay=1e-4)
    _, alarm = the_alarm(trained(RELU, recipe, few_examples(few_shapes, 60)), "Overfitting")
    assert {"weight_decay": 0.0005} not in [dict(each.settings) for each in alarm.suggestions]
