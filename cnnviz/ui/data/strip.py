"""A few images side by side as one small picture, for a cell of a table."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_HEIGHT_PX = 56
_GAP_PX = 4


def strip_uri(images: NDArray[np.uint8]) -> str:
    """Return images (K, C, H, W), of one channel or three, side by side as a PNG inside an address."""
    data = io.BytesIO()
    _strip(images).save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


def _strip(images: NDArray[np.uint8]) -> Image.Image:
    thumbnails = [_thumbnail(image) for image in images]
    width = sum(each.width for each in thumbnails) + _GAP_PX * max(0, len(thumbnails) - 1)
    strip = Image.new("RGBA", (max(1, width), _HEIGHT_PX))
    left = 0
    for each in thumbnails:
        strip.paste(each, (left, 0))
        left += each.width + _GAP_PX
    return strip


def _thumbnail(image: NDArray[np.uint8]) -> Image.Image:
    """Return one image (C, H, W): small ones keep their hard pixels."""
    colours = Image.fromarray(np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0).copy())
    height = image.shape[1]
    way = Image.Resampling.NEAREST if height <= _HEIGHT_PX else Image.Resampling.BILINEAR
    return colours.resize((round(_HEIGHT_PX * image.shape[2] / height), _HEIGHT_PX), way)
