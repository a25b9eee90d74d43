import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cnnviz.training.data.own.picture import is_grey, read_picture

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def thirds(width: int, height: int) -> Image.Image:
    """Return an image that is red at its start, green in its middle and blue at its end, along its longer side."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for index, colour in enumerate((RED, GREEN, BLUE)):
        part = slice(index * max(width, height) // 3, (index + 1) * max(width, height) // 3)
        pixels[(slice(None), part) if width > height else (part, slice(None))] = colour
    return Image.fromarray(pixels)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    return set(map(tuple, picture.reshape(3, -1).T.tolist()))


@pytest.mark.parametrize("size", [(90, 30), (30, 90), (300, 100)])
def test_the_middle_is_cut_out(size: tuple[int, int]) -> None:
    picture = read_picture(encoded(thirds(*size)), side=30)
    assert picture.shape == (3, 30, 30)
    assert picture.dtype == np.uint8
    inner = picture[:, 2:-2, 2:-2]  # resized edges mix with what is beyond them
    assert colours(inner) == {GREEN}


def test_an_image_of_the_right_size_stays_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28, 3), np.uint8)
    picture = read_picture(encoded(Image.fromarray(pixels)), side=28)
    assert np.array_equal(picture, pixels.transpose(2, 0, 1))


def test_an_image_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: turn it a quarter clockwise
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:, :8] = WHITE  # left half, which comes to be the upper one
    picture = read_picture(encoded(Image.fromarray(pixels), exif=exif), side=16)
    assert picture[:, :8].min() == 255
    assert picture[:, 8:].max() == 0


def palette(*, transparent: bool) -> Image.Image:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([*RED, *BLUE])
    if transparent:
        image.info["transparency"] = 1
    return image


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (encoded(palette(transparent=False)), BLUE),
        (encoded(palette(transparent=True)), WHITE),
        (encoded(Image.new("RGBA", (8, 8), (*BLUE, 0))), WHITE),
        (encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 51))), (204, 204, 204)),  # a fifth of black on white
        (encoded(Image.new("LA", (8, 8), (10, 255))), (10, 10, 10)),
        (encoded(Image.new("1", (8, 8), 1)), WHITE),
        (encoded(Image.fromarray(np.full((8, 8), 0x8040, np.uint16))), (0x80, 0x80, 0x80)),
        (encoded(Image.fromarray(np.full((8, 8), 0x8040, np.uint16)), "TIFF"), (0x80, 0x80, 0x80)),
        (encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "TIFF"), RED),
        (encoded(Image.new("RGB", (8, 8), RED), "GIF", save_all=True, append_images=[Image.new("RGB", (8, 8))]), RED),
        (encoded(Image.new("RGB", (8, 8), RED), "WEBP", lossless=True), RED),
        (encoded(Image.new("RGB", (8, 8), RED), "BMP"), RED),
    ],
)
def test_every_sort_of_pixels_becomes_colours(content: bytes, colour: tuple[int, int, int]) -> None:
    assert colours(read_picture(content, side=8)) == {colour}


def test_grey_is_told_from_colour_and_made_where_it_is_asked_for() -> None:
    content = encoded(Image.new("RGB", (8, 8), RED))
    assert not is_grey(read_picture(content, side=8))
    grey = read_picture(content, side=8, grey=True)
    assert is_grey(grey)
    assert colours(grey) == {(76, 76, 76)}  # 0.299 of 255, as ITU-R 601 weighs red


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    packed = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is no image"),
        (b"<svg></svg>", "it is no image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is no image"),  # a program, which nobody runs
        (encoded(Image.effect_noise((64, 64), 50))[:-900], "truncated"),
        (encoded(Image.effect_noise((64, 64), 50), "JPEG")[:-900], "truncated"),
        (bomb(10_000, 10_000), "it has 10,000 × 10,000 pixels, and at most"),
        (bomb(50_000, 50_000), "exceeds limit"),
        (encoded(Image.new("F", (8, 8), 0.5), "TIFF"), "its pixels are fractions"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_picture(content, side=8)


def test_a_large_jpeg_is_read_at_less_than_its_size_and_looks_the_same() -> None:
    smooth = Image.linear_gradient("L").resize((2048, 2048))
    small = np.asarray(smooth.resize((32, 32), Image.Resampling.BILINEAR)).astype(int)
    picture = read_picture(encoded(smooth, "JPEG", quality=95), side=32)
    assert abs(picture[0].astype(int) - small).max() <= 2
