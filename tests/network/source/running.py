"""Code that is run for real, and weights copied from one module to another."""

from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn

PASTED = Path(__file__).parent / "pasted"


def pasted(name: str) -> str:
    return (PASTED / f"{name}.txt").read_text(encoding="utf-8")


def run_code(code: str) -> dict[str, object]:
    """Run a file's code, not as the main program, and return its names."""
    scope: dict[str, object] = {"__name__": "pasted"}
    exec(compile(code, "pasted", "exec"), scope)
    return scope


def stand_in_for_d2l() -> dict[str, ModuleType]:
    """Return modules that pasted code can import as the book's package, of which it calls three functions."""
    package, module = ModuleType("d2l"), ModuleType("d2l.torch")
    module.load_data_fashion_mnist = lambda batch_size, resize=None: (None, None)
    module.train_ch6 = lambda *_: None
    module.try_gpu = lambda: None
    package.torch = module
    return {"d2l": package, "d2l.torch": module}


def the_network(scope: dict[str, object]) -> nn.Module:
    """Return the module that code calls net or model, else one of the last class that it defines."""
    named = scope.get("net", scope.get("model"))
    if isinstance(named, nn.Module):
        return named
    classes = [value for value in scope.values() if isinstance(value, type) and issubclass(value, nn.Module)]
    return classes[-1]()


def copy_weights_as_they_run(source: nn.Module, target: nn.Module, x: Tensor) -> None:
    """Copy weights and statistics between modules that run the same layers in the same order under other names."""
    for theirs, ours in zip(_as_they_run(source, x), _as_they_run(target, x), strict=True):
        ours.load_state_dict(theirs.state_dict())


def _as_they_run(module: nn.Module, x: Tensor) -> list[nn.Module]:
    ran: list[nn.Module] = []
    leaves = [each for each in module.modules() if not list(each.children()) and each.state_dict()]
    hooks = [leaf.register_forward_pre_hook(lambda each, _: ran.append(each)) for leaf in leaves]
    with torch.no_grad():
        module.eval()(x)
    for hook in hooks:
        hook.remove()
    return ran
