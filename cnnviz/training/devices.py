"""The devices of this machine that PyTorch can train on."""

import torch

from cnnviz.errors import RecipeError


def available() -> tuple[str, ...]:
    """Return the names of the devices that exist: accelerators first, the CPU last."""
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if accelerator is None:
        return ("cpu",)
    if accelerator.type == "mps":
        return ("mps", "cpu")
    return (*(f"{accelerator.type}:{index}" for index in range(torch.accelerator.device_count())), "cpu")


def resolve(name: str) -> torch.device:
    """Return the device of that name; "auto" takes the first available one, "cuda" its first.

    Raises RecipeError naming the devices that exist.
    """
    names = available()
    if name == "auto":
        return torch.device(names[0])
    for candidate in (name, f"{name}:0"):
        if candidate in names:
            return torch.device(candidate)
    raise RecipeError(f"device {name} is not here; choose one of auto, {', '.join(names)}")


def synchronize(device: torch.device) -> None:
    """Wait until an accelerator has done what it was given; the CPU is never behind."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
