"""What the names of files say: which are images, of which class, and for training or testing."""

import random
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from cnnviz.errors import DataError, shorten

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"))
TEST_SHARE = 0.2
SEED = 0
MAX_CLASSES = 10_000

_TRAIN, _TEST, _VALID = (
    frozenset(("train", "training")),
    frozenset(("test", "testing")),
    frozenset(("val", "valid", "validation")),
)
_MOST_NAMED = 3


@dataclass(frozen=True)
class Example:
    """One image: the name of its file, and its label."""

    name: str
    label: int


@dataclass(frozen=True)
class Layout:
    """The images of a data set, each part in a random order that is always the same; `notes` tell what is left out."""

    class_names: tuple[str, ...]
    train: tuple[Example, ...]
    test: tuple[Example, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Image:
    """The name of an image's file, and the folders that it lies in."""

    name: str
    folders: tuple[str, ...]


@dataclass(frozen=True)
class _Placed:
    """The name of an image's file, the folder for a part of the data ("" where there is none), and its class."""

    name: str
    part: str
    class_name: str


def lay_out(names: Iterable[str], *, folders: Iterable[str] = ()) -> Layout:
    """Return which images there are, read from names such as "train/cat/1.png" or "cat/1.png".

    Folders around them all are passed over, folders inside a class belong to it. Where nothing is set apart for
    testing (test/, or else val/), a fifth of each class is, always the same one. `folders` are those that there are,
    to tell which have no images. Raises DataError when this leaves nothing to train on.
    """
    images, num_others = _images(names)
    placed = _placed(_without_wrapping(images))
    kept = _without_validation(placed)
    notes = (
        *_note(num_others, "file that is no image was", "files that are no images were", "passed over"),
        *_note(
            len(images) - len(placed), "image in no class's folder was", "images in no class's folder were", "left out"
        ),
        *_note(len(placed) - len(kept), "image of val/ was", "images of val/ were", "left out, since there is test/"),
        *_without_images(folders, images),
    )
    train, test = _parts(kept)
    class_names = _class_names(train, test)
    labels = {name: label for label, name in enumerate(class_names)}
    return Layout(class_names, _shuffled(train, labels), _shuffled(test, labels), notes)


def _images(names: Iterable[str]) -> tuple[list[_Image], int]:
    """Return the images among the files, and how many others there are."""
    paths = [(name, PurePosixPath(name)) for name in sorted(names)]
    seen = [(name, path) for name, path in paths if not _is_hidden(path)]
    images = [_Image(name, _folders(path)) for name, path in seen if path.suffix.lower() in SUFFIXES]
    if not images:
        raise DataError("there are no images in it; they should lie in a folder for each class, such as cat/1.png")
    return images, len(seen) - len(images)


def _is_hidden(path: PurePosixPath) -> bool:
    """Whether file managers left this behind."""
    return any(part.startswith(".") or part in ("__MACOSX", "Thumbs.db") for part in path.parts)


def _folders(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", part) for part in path.parts[:-1])


def _without_wrapping(images: Sequence[_Image]) -> Sequence[_Image]:
    """Leave out the folders around everything."""
    while _is_wrapped(images):
        images = [replace(image, folders=image.folders[1:]) for image in images]
    return images


def _is_wrapped(images: Sequence[_Image]) -> bool:
    tops = {image.folders[:1] for image in images}
    return len(tops) == 1 and all(len(image.folders) > 1 for image in images) and not _has_parts(images)


def _has_parts(images: Sequence[_Image]) -> bool:
    """Whether the outermost folders are train/ and perhaps test/ or val/."""
    tops = {image.folders[0].lower() for image in images if image.folders}
    return bool(tops & _TRAIN) and tops <= _TRAIN | _TEST | _VALID


def _placed(images: Sequence[_Image]) -> list[_Placed]:
    """Return the images that lie in a class's folder."""
    if not _has_parts(images):
        return [_Placed(image.name, "", image.folders[0]) for image in images if image.folders]
    inside = [image for image in images if len(image.folders) > 1]
    return [_Placed(image.name, image.folders[0].lower(), image.folders[1]) for image in inside]


def _without_validation(placed: list[_Placed]) -> list[_Placed]:
    """Leave out what is for validation where there is something for testing too."""
    if not any(each.part in _TEST for each in placed):
        return placed
    return [each for each in placed if each.part not in _VALID]


def _parts(placed: Sequence[_Placed]) -> tuple[list[_Placed], list[_Placed]]:
    """Return what is for training, and what is for testing."""
    test = [each for each in placed if each.part in _TEST | _VALID]
    train = [each for each in placed if each.part not in _TEST | _VALID]
    return (train, test) if test else _split(train)


def _split(placed: Sequence[_Placed]) -> tuple[list[_Placed], list[_Placed]]:
    """Set a share of each class apart for testing; of a class with one image, that image is for training."""
    train, test = [], []
    by_class: dict[str, list[_Placed]] = {}
    for each in placed:
        by_class.setdefault(each.class_name, []).append(each)
    for of_class in by_class.values():
        random.Random(SEED).shuffle(of_class)
        num_test = min(len(of_class) - 1, max(1, round(TEST_SHARE * len(of_class))))
        test += of_class[:num_test]
        train += of_class[num_test:]
    return train, test


def _class_names(train: Collection[_Placed], test: Collection[_Placed]) -> tuple[str, ...]:
    names = sorted({each.class_name for each in train})
    if len(names) < 2:
        only = f"one class only, {shorten(names[0])}" if names else "no class"
        raise DataError(f"there is {only}: training needs a folder for each of at least two classes")
    if len(names) > MAX_CLASSES:
        raise DataError(f"there are {len(names):,} folders of images: at most {MAX_CLASSES:,} classes are taken")
    if unknown := sorted({each.class_name for each in test} - set(names)):
        raise DataError(f"test/ has images of {_some(unknown)}, and train/ has none")
    if not test:
        raise DataError("there is one image of each class only: nothing could be set apart for testing")
    return tuple(names)


def _shuffled(placed: Sequence[_Placed], labels: dict[str, int]) -> tuple[Example, ...]:
    examples = [Example(each.name, labels[each.class_name]) for each in placed]
    random.Random(SEED).shuffle(examples)
    return tuple(examples)


def _note(count: int, one: str, many: str, end: str) -> tuple[str, ...]:
    return (f"{count:,} {one if count == 1 else many} {end}",) if count else ()


def _without_images(folders: Iterable[str], images: Sequence[_Image]) -> tuple[str, ...]:
    """Name the folders that hold no image, neither themselves nor in folders of theirs."""
    own = {PurePosixPath(folder) for folder in {image.name.rpartition("/")[0] for image in images}}
    with_images = {each.as_posix() for folder in own for each in (folder, *folder.parents)}
    empty = sorted(name for name in folders if name not in with_images and not _is_hidden(PurePosixPath(name)))
    return (f"without images, and left out: {_some(empty)}",) if empty else ()


def _some(names: Sequence[str]) -> str:
    """Name the first ones."""
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(shorten, names[:_MOST_NAMED])) + more
