import pytest

from cnnviz.errors import RecipeError
from cnnviz.training.fit import check_fit
from cnnviz.training.recipe import make_recipe


def test_fitting_network_passes() -> None:
    check_fit((1, 28, 28), (10,), make_recipe())
    check_fit([1, 224, 224], [10], make_recipe(resize=224))


@pytest.mark.parametrize(
    ("input_shape", "output_shape", "resize", "words"),
    [
        ((1, 224, 224), (10,), None, "takes 1×224×224, but fashion-mnist gives 1×28×28: set resize to 224"),
        ((1, 28, 28), (10,), 96, "fashion-mnist resized to 96 gives 1×96×96: leave resize empty"),
        ((3, 224, 224), (10,), 224, "change the network's input shape to 1×224×224"),
        ((1, 28, 32), (10,), None, "images are resized to squares"),
        (
            (1, 28, 28),
            (8,),
            None,
            "has 8 outputs, but fashion-mnist has 10 classes: end it with Linear(out_features=10)",
        ),
        ((1, 28, 28), (16, 5, 5), None, "ends in 16×5×5"),
        ((1, 28, 28), (), None, "one number for each of the 10 classes"),
    ],
)
def test_misfit_says_what_to_change(
    input_shape: tuple[int, ...], output_shape: tuple[int, ...], resize: int | None, words: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        check_fit(input_shape, output_shape, make_recipe(resize=resize))
    assert words in str(caught.value)
