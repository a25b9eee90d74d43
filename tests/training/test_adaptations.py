import pytest

import cnnviz
from cnnviz.training.adaptations import adaptations
from cnnviz.training.fit import check_fit
from cnnviz.training.recipe import make_recipe

GREY_MAPS = """
name: Maps
input_shape: [3, 32, 32]
layers:
  - Conv2d(in_channels=3, out_channels=4, kernel_size=3)
  - ReLU()
"""
BROKEN = GREY_MAPS.replace("in_channels=3", "in_channels=7")


def titles(network: cnnviz.Network, **settings: object) -> list[str]:
    """Return the titles of what is offered, after all of it has been held against the check before launch."""
    found = adaptations(network, make_recipe(**settings))
    for each in found:
        check_fit(each.network.input_shape, cnnviz.summarize(each.network).output_shape or (), each.recipe)
    return [each.title for each in found]


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("lenet", {}, []),
        ("lenet", {"data": "emnist"}, ["Let the last layer make 47 values"]),
        (
            "lenet",
            {"data": "cifar-10"},
            ["Resize the images to 28 and let the network take 3×28×28", "Let the network take 3×32×32"],
        ),
        (
            "alexnet",  # its first layer's steps of 4 leave nothing of 28 pixels, so that it is mended too
            {},
            ["Resize the images to 224", "Let the network take 1×28×28 and set stride=1 in layer 0 (Conv2d)"],
        ),
        (
            "vgg11",
            {"data": "cifar-100", "resize": 64},
            [
                "Resize the images to 224, let the network take 3×224×224 and let the last layer make 100 values",
                "Let the network take 3×64×64 and let the last layer make 100 values",
                "Leave the images as they are, let the network take 3×32×32 and let the last layer make 100 values",
            ],
        ),
    ],
)
def test_what_is_offered_makes_network_and_recipe_fit(
    name: str, settings: dict[str, object], expected: list[str]
) -> None:
    assert titles(cnnviz.load(name), **settings) == expected


def test_a_head_is_appended_where_the_network_has_none() -> None:
    resized, taken = titles(cnnviz.parse(GREY_MAPS))
    assert resized.startswith("Resize the images to 32, let the network take 1×32×32, leave in_channels=3 out of")
    assert taken.endswith("and append Flatten() and Linear(out_features=10)")


def test_nothing_is_offered_for_a_network_that_is_broken_in_itself() -> None:
    assert titles(cnnviz.parse(BROKEN)) == []
