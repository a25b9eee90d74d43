import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cnnviz.errors import DataError
from cnnviz.training.data import find_dataset
from cnnviz.training.data.own.taking import take

Draw = Callable[..., Path]
SHAPE = (1, 28, 28)

pytestmark = pytest.mark.usefixtures("home_folder")


def test_a_name_stays_a_name_even_where_a_folder_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mnist").mkdir()
    assert take("mnist", input_shape=SHAPE) == "mnist"
    assert take("nothing of that name", input_shape=SHAPE) == "nothing of that name"


@pytest.mark.parametrize(
    ("input_shape", "image_shape"),
    [((1, 28, 28), (1, 28, 28)), ((3, 96, 96), (3, 96, 96)), ((3, 20, 40), (3, 64, 64)), ((5, 4, 4), (3, 64, 64))],
)
def test_images_are_read_as_the_network_takes_them(
    draw: Draw, input_shape: tuple[int, ...], image_shape: tuple[int, ...]
) -> None:
    name = take(str(draw("a", "b", root="my flowers!")), input_shape=input_shape)
    assert name == "my flowers"
    assert find_dataset(name).image_shape == image_shape


def test_the_same_images_are_read_once_and_changed_ones_anew(draw: Draw, tmp_path: Path) -> None:
    root = draw("a", "b", root="pets")
    packed = shutil.make_archive(str(tmp_path / "pets"), "zip", root)
    heard: list[int] = []
    names = [
        take(path, input_shape=shape, on_progress=lambda done, _: heard.append(done))
        for path, shape in (
            (str(root), SHAPE),
            (str(root), SHAPE),
            (str(root), (3, 28, 28)),
            (packed, SHAPE),
            (packed, SHAPE),
        )
    ]
    assert names == ["pets", "pets", "pets-2", "pets-3", "pets-3"]
    assert len(heard) == 3 * 10
    Image.new("L", (9, 9)).save(root / "a" / "new.png")
    assert take(str(root), input_shape=SHAPE) == "pets-4"


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "images.rar").write_bytes(b"Rar!")
    with pytest.raises(DataError, match=r"images\.rar cannot be read as a zip"):
        take(str(tmp_path / "images.rar"), input_shape=SHAPE)
