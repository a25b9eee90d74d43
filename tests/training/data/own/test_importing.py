import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pytest
import torch
from PIL import Image

from cnnviz.errors import DataError
from cnnviz.training.data import load_dataset
from cnnviz.training.data.own import importing
from cnnviz.training.data.own.importing import Import, import_images
from cnnviz.training.data.own.keeping import own_folder, read_meta

Draw = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("home_folder")


def left_over() -> list[str]:
    return [path.name for path in own_folder().iterdir()] if own_folder().exists() else []


def refused(path: Path, how: Import | None = None) -> str:
    before = left_over()
    with pytest.raises(DataError) as caught:
        import_images(path, "refused", how or Import(side=8))
    assert left_over() == before
    return str(caught.value)


def test_images_and_labels_are_kept_as_they_were_read(draw: Draw) -> None:
    for name, colour in (("red", (200, 0, 0)), ("green", (0, 200, 0)), ("blue", (0, 0, 200))):
        root = draw(name, count=10, colour=colour)
    heard: list[tuple[int, int]] = []
    import_images(root, "colours", Import(side=8), on_progress=lambda *count: heard.append(count))
    assert heard == [(count, 30) for count in range(1, 31)]
    dataset = load_dataset("colours")
    assert dataset.class_names == ("blue", "green", "red")
    assert dataset.train_images.shape == (24, 3, 8, 8)
    assert dataset.test_images.shape == (6, 3, 8, 8)
    for images, labels in ((dataset.train_images, dataset.train_labels), (dataset.test_images, dataset.test_labels)):
        channel = torch.tensor([2, 1, 0])[labels]  # the one that is not 0
        assert torch.equal(images.float().amax(dim=(2, 3)), 200.0 * torch.nn.functional.one_hot(channel, 3))


def test_a_zip_gives_what_its_folder_does(draw: Draw, tmp_path: Path) -> None:
    root = draw("a", "b")
    shutil.make_archive(str(tmp_path / "packed"), "zip", root)
    for name, path in (("folder", root), ("zip", tmp_path / "packed.zip")):
        import_images(path, name, Import(side=8))
    first, second = load_dataset("folder"), load_dataset("zip")
    assert torch.equal(first.train_images, second.train_images)
    assert torch.equal(first.test_labels, second.test_labels)


@pytest.mark.parametrize(("channels", "expected"), [(None, 1), (1, 1), (3, 3)])
def test_grey_images_have_one_channel_unless_more_are_asked_for(
    draw: Draw, channels: int | None, expected: int
) -> None:
    import_images(draw("a", "b", grey=True), "grey", Import(side=8, channels=channels))  # type: ignore[arg-type]
    assert load_dataset("grey").train_images.shape[1] == expected


def test_one_image_in_colour_makes_all_colour(draw: Draw) -> None:
    draw("a", grey=True)
    import_images(draw("b", count=1, root="images"), "mixed", Import(side=8))
    assert load_dataset("mixed").train_images.shape[1] == 3


def test_broken_images_are_named_and_counted_and_nothing_is_kept(draw: Draw) -> None:
    root = draw("a", "b", count=10)
    for index in range(7):
        (root / "a" / f"{index}.png").write_bytes(b"\x89PNG broken")
    text = refused(root)
    assert text.startswith("7 of 20 images cannot be read: ")
    assert text.count(".png' (it is no image)") == 5
    assert "; and 2 more. Mend them or take them out, or choose to leave out what is broken" in text


def test_broken_images_are_left_out_where_that_is_chosen(draw: Draw) -> None:
    root = draw("a", "b", count=10)
    (root / "a" / "3.png").write_bytes(b"\x89PNG broken")
    import_images(root, "mended", Import(side=8, skip_broken=True))
    dataset, meta = load_dataset("mended"), read_meta("mended")
    assert len(dataset.train_labels) + len(dataset.test_labels) == 19
    assert meta
    assert meta.notes == ("1 of 20 images cannot be read: 'a/3.png' (it is no image); they were left out",)


def test_a_class_that_is_broken_as_a_whole_is_named(draw: Draw) -> None:
    root = draw("a", "b")
    for path in (root / "b").iterdir():
        path.write_bytes(b"")
    assert "no image of 'b' can be read: 5 of 10" in refused(root, Import(side=8, skip_broken=True))


def test_a_damaged_zip_names_the_damaged_images(draw: Draw, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", draw("a", "b")))
    data = bytearray(packed.read_bytes())
    place = data.index(b"a/0.png") + 60
    data[place : place + 20] = bytes(20)
    packed.write_bytes(data)
    assert "'a/0.png' (its file cannot be read: " in refused(packed)


class Free(NamedTuple):
    """What a system says is free."""

    available: int
    free: int


@pytest.mark.parametrize(
    ("owner", "name", "words"),
    [
        (psutil, "virtual_memory", "of the memory 1.00 kB are free"),
        (importing.shutil, "disk_usage", "on the disk 1.00"),
    ],
)
def test_too_little_room_is_told_before_anything_is_read(
    draw: Draw, monkeypatch: pytest.MonkeyPatch, owner: object, name: str, words: str
) -> None:
    monkeypatch.setattr(owner, name, lambda *_: Free(1000, 1000))
    text = refused(draw("a", "b"), Import(side=64))
    assert "10 images of 64×64 pixels take 123 kB" in text  # 10 × 3 × 64 × 64
    assert words in text
    assert "choose a smaller size, or grey, or take fewer images" in text


def test_a_full_disk_is_told_and_nothing_is_left(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing, "settle", full)
    assert "No space left on device" in refused(draw("a", "b"))


def test_what_a_killed_import_left_is_removed_by_the_next(draw: Draw) -> None:
    gone, here = own_folder() / ".adding-999999999-x", own_folder() / ".adding-1-x"
    gone.mkdir(parents=True)
    here.mkdir()
    import_images(draw("a", "b"), "fresh", Import(side=8))
    assert sorted(left_over()) == [".adding-1-x", "fresh"]


@pytest.mark.parametrize("side", [7, 1025])
def test_sizes_have_bounds(side: int) -> None:
    with pytest.raises(DataError, match="must be 8 to 1024 pixels"):
        Import(side=side)


def test_images_of_all_sizes_and_sorts_come_out_alike(draw: Draw) -> None:
    root = draw("a", "b")
    Image.new("RGBA", (500, 3), (9, 9, 9, 128)).save(root / "a" / "wide.png")
    Image.new("P", (1, 1)).save(root / "a" / "dot.gif")
    Image.fromarray(np.full((40, 9), 60000, np.uint16)).save(root / "b" / "deep.tiff")
    import_images(root, "all", Import(side=8))
    assert load_dataset("all").train_images.shape == (11, 3, 8, 8)  # 7 and 6, less one of each class
