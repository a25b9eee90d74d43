from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

Draw = Callable[..., Path]


@pytest.fixture
def draw(tmp_path: Path) -> Draw:
    """Write images of noise, or of one colour, into folders for classes; return the folder of all."""

    def draw(
        *classes: str,
        count: int = 5,
        colour: tuple[int, int, int] | None = None,
        grey: bool = False,
        root: str = "images",
    ) -> Path:
        random = np.random.default_rng(0)
        for name in classes:
            (tmp_path / root / name).mkdir(parents=True, exist_ok=True)
            for index in range(count):
                shape = (12, 16) if grey else (12, 16, 3)
                pixels = (
                    random.integers(0, 256, shape, np.uint8) if colour is None else np.full(shape, colour, np.uint8)
                )
                Image.fromarray(pixels).save(tmp_path / root / name / f"{index}.png")
        return tmp_path / root

    return draw
