"""The named networks that come with cnnviz, one YAML file each."""

from difflib import get_close_matches
from functools import cache
from pathlib import Path

from cnnviz.errors import SpecError
from cnnviz.network.document import read_file
from cnnviz.network.spec import Network

_FOLDER = Path(__file__).parent

PRESETS = (
    *("lenet", "bn-lenet", "alexnet", "vgg11", "vgg11-narrow", "nin", "googlenet", "resnet18", "densenet"),
    *("alexnet-2012", "vgg13", "vgg16", "vgg19", "resnet18-imagenet", "resnet34", "resnet50"),
    *("mobilenet-v2", "squeezenet1.1"),
)
"""Their names in the order they are offered, the book's before ImageNet's; each is the name of a file here."""


def presets() -> dict[str, Network]:
    """Return every named network by its name, in the order they are offered."""
    return {name: preset(name) for name in PRESETS}


def preset(name: str) -> Network:
    """Return a named network, a copy of its own for each caller.

    Raises SpecError naming the presets when there is no such name.
    """
    if name not in PRESETS:
        raise SpecError(f"there is no preset {name[:60]!r}; the presets are {', '.join(PRESETS)}")
    return _read(name).model_copy(deep=True)


@cache
def _read(name: str) -> Network:
    return read_file(_FOLDER / f"{name}.yaml")


def load(name_or_path: str | Path) -> Network:
    """Return a preset by its name, or a network from a file of YAML, or of PyTorch code where its name ends in .py.

    Raises SpecError when it is neither, or naming what is wrong in the file.
    """
    name = str(name_or_path)
    if name in PRESETS:
        return preset(name)
    if not name or not _exists(path := Path(name)):
        near = get_close_matches(name, PRESETS, n=1)
        guess = f"did you mean {near[0]}?" if near else f"the presets are {', '.join(PRESETS)}"
        raise SpecError(f"{name[:200]}: there is no such preset or file; {guess}")
    if path.suffix == ".py":
        from cnnviz.network.source import from_source  # imports PyTorch

        return read_file(path, from_source)
    return read_file(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long a name, or one with a zero byte
        return False
