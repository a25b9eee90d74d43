"""The recipe of a run: every hyperparameter, with its meaning and its range; the defaults are the book's."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from cnnviz.errors import RecipeError, explain
from cnnviz.training.data import DATASETS, DatasetEntry, datasets, find_dataset
from cnnviz.training.data.own.keeping import is_name

MAX_SEED = 2**32 - 1  # PyTorch's CPU generator reads 32 bits of a seed

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Data": ("data", "examples", "validation", "resize"),
    "Augmentation": ("flip", "crop", "color", "rotation", "erasing"),
    "Optimization": (
        *("epochs", "batch_size", "optimizer", "lr", "momentum", "nesterov"),
        *("schedule", "step_epochs", "gamma", "warmup_epochs", "initialization"),
    ),
    "Regularization": ("weight_decay", "label_smoothing", "clip_norm"),
    "Machine": ("device", "devices", "precision", "compile", "channels_last", "seed"),
    "Records": ("statistics", "checkpoints", "trackers"),
}
"""The settings by what they are about: every one stands in one group."""

Whole = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


def _amount(value: object) -> object:
    if value is None or (type(value) is int and value >= 1) or (type(value) is float and 0 < value < 1):
        return value
    raise ValueError("should be a count such as 1000, a share such as 0.1, or none")


Amount = Annotated[int | float | None, BeforeValidator(_amount)]


class Recipe(BaseModel):
    """Every hyperparameter of a training run; what an earlier version did not know has the value it had then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: str = Field(default="fashion-mnist", description="Data set to train on, by name.")
    examples: Amount = Field(
        default=None,
        description="Training examples to use, the first ones of the set: a count, or a share such as 0.1; none uses"
        " all.",
    )
    validation: Amount = Field(
        default=None,
        description="Training examples held out to measure accuracy on, drawn by the seed: a count or a share.",
    )
    resize: Whole | None = Field(
        default=None,
        ge=8,
        le=1024,
        description="Height and width given to the network, in pixels; none keeps the data's.",
    )
    flip: bool = Field(default=False, strict=True, description="Mirror half of the training images, left for right.")
    crop: Whole = Field(
        default=0,
        ge=0,
        le=64,
        description="Pad training images by so many pixels, and cut them out again at a random place.",
    )
    color: Number = Field(
        default=0.0, ge=0, le=1, description="Change brightness, contrast and saturation by up to this share."
    )
    rotation: Number = Field(
        default=0.0, ge=0, le=180, description="Rotate training images by up to so many degrees, either way."
    )
    erasing: Number = Field(
        default=0.0, ge=0, le=1, description="Probability of blackening a random rectangle of a training image."
    )
    batch_size: Whole = Field(default=128, ge=1, le=65536, description="Examples in one step, over all processes.")
    epochs: Whole = Field(default=10, ge=1, le=10000, description="Passes over the training examples.")
    optimizer: Literal["sgd", "adam", "adamw", "rmsprop"] = Field(
        default="sgd", description="How the weights follow the gradients: PyTorch's SGD, Adam, AdamW or RMSprop."
    )
    lr: Number = Field(default=0.01, gt=0, le=100, description="Learning rate; with a schedule, its highest.")
    momentum: Number = Field(
        default=0.0, ge=0, lt=1, description="Share of the last step that the next one keeps; for sgd and rmsprop."
    )
    nesterov: bool = Field(
        default=False, strict=True, description="Take the gradient where momentum leads (Nesterov); for sgd."
    )
    schedule: Literal["constant", "step", "cosine", "one-cycle"] = Field(
        default="constant", description="How the learning rate changes from step to step."
    )
    step_epochs: Whole = Field(
        default=3, ge=1, le=10000, description="Epochs after which the step schedule lowers the learning rate."
    )
    gamma: Number = Field(
        default=0.1, gt=0, le=1, description="Factor by which the step schedule lowers the learning rate."
    )
    warmup_epochs: Number = Field(
        default=0.0, ge=0, le=10000, description="Epochs in which the learning rate rises to its value, linearly."
    )
    initialization: Literal["xavier", "pytorch", "kaiming"] = Field(
        default="xavier",
        description="First weights of Linear and Conv2d layers: Xavier-uniform as the book, PyTorch's own, or"
        " Kaiming-normal.",
    )
    weight_decay: Number = Field(
        default=0.0, ge=0, le=10, description="Pull of the weights to zero, as PyTorch's optimizers take it."
    )
    label_smoothing: Number = Field(
        default=0.0, ge=0, lt=1, description="Share of each label that is spread over all classes."
    )
    clip_norm: Number | None = Field(
        default=None, gt=0, le=1e6, description="Largest norm of all gradients together; longer ones are shortened."
    )
    device: str = Field(
        default="auto",
        max_length=20,
        pattern=r"^[a-z]+(:[0-9]+)?$",
        description="Where to train: auto, cpu, cuda:0, mps, …; auto takes the fastest there is.",
    )
    devices: Whole = Field(
        default=1, ge=1, le=64, description="Processes that share each batch, one on each device of that kind."
    )
    precision: Literal["fp32", "tf32", "bf16", "fp16"] = Field(
        default="fp32", description="Numbers to compute with; fp16 scales the loss. The weights stay fp32."
    )
    compile: bool = Field(default=False, strict=True, description="Compile the network first (torch.compile).")
    channels_last: bool = Field(
        default=True,
        strict=True,
        description="Keep an image's channels together in memory, where that is safe: faster, and equal but for"
        " rounding.",
    )
    seed: Whole = Field(
        default=0,
        ge=0,
        le=MAX_SEED,
        description="Start of every random choice: weights, order of the examples, dropout, augmentation.",
    )
    statistics: bool = Field(
        default=True, strict=True, description="Record each layer's gradient norm, update ratio and dead units."
    )
    checkpoints: Whole = Field(
        default=2,
        ge=2,
        le=1000,
        description="How many of a run's newest checkpoints are kept on the disk to go back to.",
    )
    trackers: tuple[Literal["mlflow", "wandb"], ...] = Field(
        default=(), description="Other places that are told of the run: mlflow, wandb."
    )

    @field_validator("data")
    @classmethod
    def _known_data(cls, name: str) -> str:
        if name not in DATASETS and not is_name(name):  # an own data set may be gone, and its runs are still told of
            raise ValueError(f"should be one of {', '.join(datasets())}")
        return name

    @field_validator("examples", "validation")
    @classmethod
    def _enough_examples(cls, amount: Amount, info: ValidationInfo) -> Amount:
        entry = DATASETS.get(info.data.get("data", ""))
        if entry:
            _check_amount(amount, entry)
        return amount

    @model_validator(mode="after")
    def _go_together(self) -> Self:
        if self.nesterov and not (self.optimizer == "sgd" and self.momentum):
            raise ValueError("nesterov needs optimizer sgd and a momentum above 0, such as 0.9")
        if self.momentum and self.optimizer not in ("sgd", "rmsprop"):
            raise ValueError(f"momentum is for sgd and rmsprop; {self.optimizer} has its own: leave it at 0")
        if self.warmup_epochs > self.epochs:
            raise ValueError(f"warmup_epochs should be at most epochs ({self.epochs}), not {self.warmup_epochs:g}")
        if self.warmup_epochs and self.schedule == "one-cycle":
            raise ValueError("warmup_epochs should be 0 with schedule one-cycle, which warms up by itself")
        return self

    @property
    def dataset(self) -> DatasetEntry:
        """What is known about the data set without loading it. Raises RecipeError when it has been removed."""
        return find_dataset(self.data)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Shape (C, H, W) of one image as the network gets it, after resizing."""
        channels, height, width = self.dataset.image_shape
        return (channels, self.resize or height, self.resize or width)

    @property
    def num_examples(self) -> int:
        """Training examples in use, those held out for validation among them."""
        return count_of(self.examples, self.dataset.num_train) or self.dataset.num_train

    @property
    def num_validation(self) -> int:
        """Training examples held out for validation."""
        return count_of(self.validation, self.num_examples) or 0

    @property
    def num_trained(self) -> int:
        """Training examples that an epoch goes through."""
        return self.num_examples - self.num_validation


def count_of(amount: Amount, whole: int) -> int | None:
    """Return a count, or a share of a whole as one: at least 1 of them."""
    return max(1, round(amount * whole)) if isinstance(amount, float) else amount


def make_recipe(**values: Any) -> Recipe:
    """Validate the hyperparameters of a run; what is not given takes the book's value.

    Raises RecipeError naming the setting, the value and what is allowed.
    """
    try:
        recipe = Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(explain(error, Recipe)) from error
    _check_data(recipe)
    return recipe


def _check_data(recipe: Recipe) -> None:
    """Raise RecipeError where the data set is not there, or has fewer examples than are asked for."""
    known = datasets()
    if recipe.data not in known:
        raise RecipeError(f"data should be one of {', '.join(known)}, not {recipe.data!r}")
    for name in ("examples", "validation"):
        try:
            _check_amount(amount := getattr(recipe, name), known[recipe.data])
        except ValueError as error:
            raise RecipeError(f"{name} {error}, not {amount:,}") from error
    if recipe.num_trained < 1:
        raise RecipeError(
            f"validation should leave examples to train on: {recipe.num_validation:,} of"
            f" {recipe.num_examples:,} would be held out"
        )


def _check_amount(amount: Amount, entry: DatasetEntry) -> None:
    if amount is not None and amount > entry.num_train:
        raise ValueError(f"should be at most {entry.num_train:,}, which is all that {entry.title} has")
