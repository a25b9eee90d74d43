"""How each setting of a recipe is shown, and when: what is not said here follows from the recipe itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Settings = Mapping[str, Any]

OPEN = ("data", "resize", "examples", "batch_size", "lr", "epochs", "device")
"""What the book sets and what a demonstration needs; the rest stands in the groups beneath."""

AMOUNTS = ("examples", "validation")
"""Settings that are a count, a share or nothing."""


@dataclass(frozen=True)
class Field:
    """A label, words that stand in an empty box, and the step of a number."""

    label: str
    empty: str = ""
    step: float | None = None


FIELDS: Mapping[str, Field] = {
    "data": Field("Data set"),
    "resize": Field("Resize to (px)", empty="as it is"),
    "examples": Field("Examples", empty="all"),
    "validation": Field("Held out for validation", empty="none"),
    "lr": Field("Learning rate", step=0.01),
    "flip": Field("Random flips"),
    "crop": Field("Random crops, padding (px)"),
    "color": Field("Colour changes", step=0.1),
    "rotation": Field("Rotation, up to (°)", step=5.0),
    "erasing": Field("Random erasing, probability", step=0.1),
    "optimizer": Field("Optimizer"),
    "momentum": Field("Momentum", step=0.1),
    "nesterov": Field("Nesterov momentum"),
    "weight_decay": Field("Weight decay", step=0.0001),
    "schedule": Field("Schedule of the learning rate"),
    "step_epochs": Field("Falls every (epochs)"),
    "gamma": Field("Falls to, times", step=0.1),
    "warmup_epochs": Field("Warm-up (epochs)", step=1.0),
    "label_smoothing": Field("Label smoothing", step=0.05),
    "clip_norm": Field("Clip gradients to norm", empty="not", step=0.5),
    "compile": Field("Compile (torch.compile)"),
    "channels_last": Field("Channels last"),
    "devices": Field("Processes"),
    "statistics": Field("Layer statistics"),
    "checkpoints": Field("Checkpoints kept"),
}

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "optimizer": {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"},
    "schedule": {"constant": "Constant", "step": "In steps", "cosine": "Cosine", "one-cycle": "One cycle"},
    "initialization": {"xavier": "Xavier, as the book", "pytorch": "PyTorch's own", "kaiming": "Kaiming"},
    "precision": {"fp32": "float32", "tf32": "TF32", "bf16": "bfloat16", "fp16": "float16, loss scaled"},
    "trackers": {"mlflow": "MLflow", "wandb": "Weights & Biases"},
}

SHOWN_WHEN: Mapping[str, Callable[[Settings], bool]] = {
    "momentum": lambda settings: settings["optimizer"] in ("sgd", "rmsprop"),
    "nesterov": lambda settings: settings["optimizer"] == "sgd" and bool(settings["momentum"]),
    "warmup_epochs": lambda settings: settings["schedule"] != "one-cycle",
    "step_epochs": lambda settings: settings["schedule"] == "step",
    "gamma": lambda settings: settings["schedule"] == "step",
}


def label_of(name: str) -> str:
    """Return what a setting is called on the page."""
    field = FIELDS.get(name)
    return field.label if field else name.replace("_", " ").capitalize()


def is_shown(name: str, settings: Settings) -> bool:
    """Whether a setting means something beside the others."""
    return name not in SHOWN_WHEN or SHOWN_WHEN[name](settings)
