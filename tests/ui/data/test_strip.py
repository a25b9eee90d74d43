import base64
import io

import numpy as np
import pytest
from PIL import Image

from cnnviz.ui.data.strip import strip_uri


@pytest.mark.parametrize("side", [28, 56, 224])
@pytest.mark.parametrize("channels", [1, 3])
def test_images_stand_side_by_side_with_room_between(side: int, channels: int) -> None:
    levels = np.array([10, 200], np.uint8).reshape(2, 1, 1, 1)
    head, data = strip_uri(np.broadcast_to(levels, (2, channels, side, side))).split(",")
    assert head == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert pixels.shape == (56, 56 + 4 + 56, 4)
    assert (pixels[:, :56] == (10, 10, 10, 255)).all()
    assert (pixels[:, 56:60, 3] == 0).all()  # the page is seen between them
    assert (pixels[:, 60:] == (200, 200, 200, 255)).all()


def test_a_class_without_images_has_an_empty_picture() -> None:
    assert strip_uri(np.empty((0, 1, 8, 8), np.uint8)).startswith("data:image/png")
