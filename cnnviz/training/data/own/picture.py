"""One image of a file as bytes of a square: upright, cropped to its middle, without transparency."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 89_478_485  # a file of a few bytes can claim more; Pillow's own limit
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")  # those that Pillow reads without another program
BACKGROUND = "white"  # seen through what is transparent


def read_picture(content: bytes, *, side: int, grey: bool = False) -> NDArray[np.uint8]:
    """Return an image's colours (3, side, side); those of a grey one, or one turned `grey`, are three times the same.

    Its short side is resized to `side`, and its middle cut out. It is turned as its EXIF data says; of several
    pictures the first is taken, and of 16 bits the higher 8. Raises ValueError saying what is wrong with it.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(image)
            image.draft(None, (2 * side, 2 * side))  # a JPEG need not be decoded at its full size
            upright = ImageOps.exif_transpose(image)
            square = ImageOps.fit(_opaque(upright), (side, side), Image.Resampling.BILINEAR)
            square = square.convert("L").convert("RGB") if grey else square
            return np.ascontiguousarray(np.asarray(square).transpose(2, 0, 1))
    except ValueError:
        raise
    except Exception as error:  # Pillow's readers raise whatever they stumble over
        raise ValueError(_reason(error)) from error


def is_grey(picture: NDArray[np.uint8]) -> bool:
    """Whether an image (3, H, W) has no colour."""
    return bool((picture[0] == picture[1]).all() and (picture[0] == picture[2]).all())


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ValueError(f"it has {width:,} × {height:,} pixels, and at most {MAX_PIXELS:,} are read")


def _opaque(image: Image.Image) -> Image.Image:
    """Return an image as RGB."""
    if image.mode.startswith("I"):
        return _eight_bits(image).convert("RGB")
    if image.mode == "F":
        raise ValueError("its pixels are fractions, of which nobody knows how bright they are: save it with 8 bits")
    if image.has_transparency_data:
        cover = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", cover.size, BACKGROUND), cover).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return an image of 16 bits in 8; Pillow itself would cut off all that is brighter than 255."""
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray(np.clip(values >> 8, 0, 255).astype(np.uint8))


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is no image"
    return " ".join(str(error).split()) or type(error).__name__
