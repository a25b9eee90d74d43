"""The states of the generators that PyTorch draws from: dropout's, on the CPU and on the run's device."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

States = Mapping[str, Tensor | None]


def generator_states(device: torch.device) -> States:
    """Return the states of the CPU's generator and, where it is another one, of the device's."""
    own = None if device.type == "cpu" else torch.get_device_module(device).get_rng_state(device)
    return {"cpu": torch.get_rng_state(), "device": own}


def restore_generators(states: States, device: torch.device) -> None:
    """Set the generators to states that `generator_states` returned; one of another device stays as it is."""
    if states["cpu"] is not None:
        torch.set_rng_state(states["cpu"])
    if device.type != "cpu" and states["device"] is not None:
        torch.get_device_module(device).set_rng_state(states["device"], device)


def seed_process(seed: int, process: int, step: int) -> None:
    """Let each of several processes draw a step's numbers of its own; the first one goes on as it is."""
    if process:
        torch.manual_seed(int(np.random.SeedSequence((seed, process, step)).generate_state(1)[0]))
