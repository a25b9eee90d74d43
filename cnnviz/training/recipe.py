"""The recipe of a run: every hyperparameter, with its meaning and its range."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from cnnviz.errors import RecipeError, explain
from cnnviz.training.data import DATASETS, DatasetEntry, datasets, find_dataset
from cnnviz.training.data.own.keeping import is_name

MAX_SEED = 2**32 - 1  # PyTorch's CPU generator reads 32 bits of a seed

Whole = Annotated[int, Field(strict=True)]


class Recipe(BaseModel):
    """Every hyperparameter of a training run; the defaults are the book's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str = Field(default="fashion-mnist", description="Data set to train on, by name.")
    resize: Whole | None = Field(
        default=None,
        ge=8,
        le=1024,
        description="Height and width given to the network, in pixels; none keeps the data's.",
    )
    batch_size: Whole = Field(default=128, ge=1, le=65536, description="Examples in one step.")
    lr: float = Field(
        default=0.01, gt=0, le=100, allow_inf_nan=False, strict=True, description="Learning rate of plain SGD."
    )
    epochs: Whole = Field(default=10, ge=1, le=10000, description="Passes over the training examples.")
    examples: Whole | None = Field(
        default=None, ge=1, description="Training examples to use, the first ones of the set; none uses all."
    )
    device: str = Field(
        default="auto",
        max_length=20,
        pattern=r"^[a-z]+(:[0-9]+)?$",
        description="Where to train: auto, cpu, cuda:0, mps, …; auto takes the fastest there is.",
    )
    seed: Whole = Field(
        default=0,
        ge=0,
        le=MAX_SEED,
        description="Start of every random choice: weights, order of the examples, dropout.",
    )

    @field_validator("data")
    @classmethod
    def _known_data(cls, name: str) -> str:
        if name not in DATASETS and not is_name(name):  # an own data set may be gone, and its runs are still told of
            raise ValueError(f"should be one of {', '.join(datasets())}")
        return name

    @field_validator("examples")
    @classmethod
    def _enough_examples(cls, examples: int | None, info: ValidationInfo) -> int | None:
        entry = DATASETS.get(info.data.get("data", ""))
        if examples is not None and entry and examples > entry.num_train:
            raise ValueError(f"should be at most {entry.num_train:,}, which is all that {entry.title} has")
        return examples

    @property
    def dataset(self) -> DatasetEntry:
        """What is known about the data set without loading it. Raises RecipeError when it has been removed."""
        return find_dataset(self.data)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Shape (C, H, W) of one image as the network gets it, after resizing."""
        channels, height, width = self.dataset.image_shape
        return (channels, self.resize or height, self.resize or width)


def make_recipe(**values: object) -> Recipe:
    """Validate the hyperparameters of a run; what is not given takes the book's value.

    Raises RecipeError naming the setting, the value and what is allowed.
    """
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(explain(error, Recipe)) from error
    _check_own_data(recipe)
    return recipe


def _check_own_data(recipe: Recipe) -> None:
    """Raise RecipeError where a person's own data set is not there, or has fewer examples."""
    known = datasets()
    if recipe.data not in known:
        raise RecipeError(f"data should be one of {', '.join(known)}, not {recipe.data!r}")
    entry = known[recipe.data]
    if recipe.examples is not None and recipe.examples > entry.num_train:
        raise RecipeError(
            f"examples should be at most {entry.num_train:,}, which is all that {entry.title} has,"
            f" not {recipe.examples:,}"
        )
