"""Torchvision's classification models by name, built without data and measured."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnviz.errors import SpecError
from cnnviz.network.module_summary import summarize_own_module
from cnnviz.network.spec import Shape
from cnnviz.network.summary import Summary

_HEADS_UNSET = {name: {"init_weights": False} for name in ("googlenet", "inception_v3")}
"""What keeps the two models whose initialisation is slow from warning of it."""


@cache
def torchvision_names() -> tuple[str, ...]:
    """Return the names of torchvision's classification models, in alphabetical order."""
    from torchvision import models

    return tuple(models.list_models(module=models))


def torchvision_summary(name: str, input_shape: Shape | None = None) -> Summary:
    """Measure one of torchvision's models; nothing is downloaded, and no weights are made.

    The input is one image as the model's published weights take it, such as (3, 224, 224), unless it is given.
    Raises SpecError naming the nearest names when there is no such model.
    """
    if name not in torchvision_names():
        near = get_close_matches(name, torchvision_names(), n=3)
        guess = f"did you mean {' or '.join(near)}?" if near else "`cnnviz list --torchvision` lists them"
        raise SpecError(f"torchvision has no classification model {name[:60]!r}; {guess}")
    model = built_without_data(name)
    return summarize_own_module(model, input_shape or _usual_input(name, model), name=name)


def _usual_input(name: str, model: nn.Module) -> Shape:
    """Return the image that a model takes, which is that of its published weights where its code sets none."""
    from torchvision.models import get_model_weights

    side = getattr(model, "image_size", None) or get_model_weights(name).DEFAULT.transforms().crop_size[0]
    return 3, side, side


def built_without_data(name: str) -> nn.Module:
    """Return one of torchvision's models whose layers have their weights on the meta device."""
    from torchvision.models import get_model

    with _WithoutData():
        model: nn.Module = get_model(name, weights=None, **_HEADS_UNSET.get(name, {}))
    return model


class _WithoutData(TorchFunctionMode):
    """Makes the tensors of layers on the meta device and fills none; constants that are computed keep their values."""

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if function is torch.empty:
            return function(*args, **{**kwargs, "device": "meta"})
        if _is_fill(function):
            tensor = args[0] if args else kwargs.get("tensor")  # by name where one of `nn.init` fills
            if isinstance(tensor, Tensor) and tensor.is_meta:
                return tensor
        return function(*args, **kwargs)


@cache
def _is_fill(function: Callable[..., Any]) -> bool:
    """Return whether a function changes a tensor in place, as the end of its name tells."""
    return re.fullmatch("(?!requires_grad).*[^_]_", function.__name__) is not None
