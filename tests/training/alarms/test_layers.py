from cnnviz.training.alarms import alarms
from cnnviz.training.events import LayerStatistics
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
EIGHT_SIGMOIDS = mlp(*(layer for _ in range(8) for layer in (linear(32), activation("Sigmoid"))))


def test_steps_that_outgrow_the_weights_are_told_before_the_loss_is_no_number(few_shapes):
    found = trained(mlp(linear(32)), shapes_recipe(lr=0.5, epochs=1), few_shapes)
    epoch, alarm = the_alarm(found, "Gradients explode")
    assert epoch == 0.2
    assert "layer 1 by " in alarm.cause or "layer 2 by " in alarm.cause
    assert dict(alarm.suggestions[0].settings) == {"clip_norm": 1.0}


def test_eight_sigmoids_let_the_gradient_of_the_first_layer_vanish(few_shapes):
    found = trained(EIGHT_SIGMOIDS, shapes_recipe(lr=0.1, epochs=6), few_shapes)
    epoch, alarm = the_alarm(found, "Gradients vanish")
    assert epoch == 2.0  # after 200 steps
    assert "The gradient of layer 1 is " in alarm.cause
    assert alarm.suggestions[0].text.startswith("Put ReLU() in the place of Sigmoid()")
    assert names(found) == {"Gradients vanish"}  # which tells why the loss is stuck


def test_a_step_too_large_kills_relus(few_shapes):
    found = trained(RELU, shapes_recipe(lr=1.0), few_shapes)
    epoch, alarm = the_alarm(found, "Most units are dead")
    assert epoch == 0.6  # at the third point
    assert "100 % of the units of layer 1 give 0 for every image" in alarm.cause
    assert dict(alarm.suggestions[0].settings) == {"lr": 0.1}
    assert "Stuck at ln 10" not in names(found)


def test_units_that_see_nothing_they_are_for_in_few_images_are_not_called_dead(few_shapes):
    found = trained(RELU, shapes_recipe(lr=0.02, batch_size=2, epochs=1, examples=200), few_examples(few_shapes, 200))
    assert names(found) == set()


def test_a_layer_is_called_by_its_kind_where_that_is_known():
    row = (LayerStatistics("0", 1.0, 0.001, 0.9), LayerStatistics("3.body.0", 1.0, 0.001, None))
    points = [Recorded(20, 0.2, 2.0, 0.3)]
    (alarm,) = alarms(points, [row] * 3, shapes_recipe(), 10, kinds={"0": "Conv2d"})
    assert "90 % of the units of layer 0 (Conv2d) give 0" in alarm.cause
