from collections import Counter

import pytest

from cnnviz.errors import DataError
from cnnviz.training.data.own.layout import Layout, lay_out


def names(*classes: str, count: int = 5, suffix: str = ".png") -> list[str]:
    return [f"{name}/{index}{suffix}" for name in classes for index in range(count)]


def found(layout: Layout, part: str) -> dict[str, set[str]]:
    """Return the names of a part's files by class."""
    examples = layout.train if part == "train" else layout.test
    return {
        name: {example.name for example in examples if example.label == label}
        for label, name in enumerate(layout.class_names)
    }


def test_a_fifth_of_each_class_is_for_testing_and_it_is_always_the_same() -> None:
    given = [*names("cat", count=100), *names("dog", count=10), *names("owl", count=2), *names("yak", count=1)]
    layout = lay_out(given)
    assert layout.class_names == ("cat", "dog", "owl", "yak")
    assert Counter(example.label for example in layout.test) == {0: 20, 1: 2, 2: 1}
    assert Counter(example.label for example in layout.train) == {0: 80, 1: 8, 2: 1, 3: 1}
    assert not {example.name for example in layout.train} & {example.name for example in layout.test}
    assert lay_out(reversed(given)) == layout


def test_the_first_examples_are_of_all_classes() -> None:
    labels = [example.label for example in lay_out(names("a", "b", "c", count=100)).train[:30]]
    assert min(Counter(labels).values()) > 3


@pytest.mark.parametrize("test", ["test", "Testing", "val", "validation"])
def test_parts_are_kept_as_they_are(test: str) -> None:
    layout = lay_out([*names("Train/cat", "Train/dog"), *names(f"{test}/cat", count=2)])
    assert layout.class_names == ("cat", "dog")
    assert found(layout, "train") == {"cat": set(names("Train/cat")), "dog": set(names("Train/dog"))}
    assert found(layout, "test") == {"cat": set(names(f"{test}/cat", count=2)), "dog": set()}
    assert layout.notes == ()


def test_of_three_parts_validation_is_left_out_and_that_is_said() -> None:
    layout = lay_out([*names("train/a", "train/b"), *names("test/a", count=2), *names("val/b", count=1)])
    assert {example.name for example in layout.test} == set(names("test/a", count=2))
    assert layout.notes == ("1 image of val/ was left out, since there is test/",)


@pytest.mark.parametrize("around", ["", "flowers/", "my data/flowers/"])
def test_folders_around_all_are_passed_over_and_those_inside_a_class_belong_to_it(around: str) -> None:
    given = [f"{around}rose/{name}" for name in ("1.png", "small/2.JPG", "small/red/3.webp")]
    layout = lay_out([*given, *names(f"{around}tulip")])
    assert layout.class_names == ("rose", "tulip")
    assert found(layout, "train")["rose"] | found(layout, "test")["rose"] == set(given)


def test_what_is_left_out_is_counted_and_what_file_managers_leave_is_not() -> None:
    layout = lay_out(
        [*names("a", "b"), "loose.png", "a/notes.txt", "b/1.csv", ".DS_Store", "__MACOSX/a/._1.png", "a/Thumbs.db"],
        folders=["a", "b", "c", "d", "a/e", ".git"],
    )
    assert layout.notes == (
        "2 files that are no images were passed over",
        "1 image in no class's folder was left out",
        "without images, and left out: 'a/e', 'c', 'd'",
    )


def test_names_are_those_that_people_see() -> None:
    # a decomposed é, as macOS writes it, and a composed one are the same class
    layout = lay_out([*names("cafe\N{COMBINING ACUTE ACCENT}"), *names("caf\xe9", suffix=".jpg"), *names("日本", "🦊")])
    assert layout.class_names == ("caf\xe9", "日本", "🦊")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "there are no images in it"),
        (["a/1.txt", "b/2.pdf"], "there are no images in it"),
        (names("cats"), "there is one class only, 'cats'"),
        (["1.png", "2.png"], "there is no class: training needs a folder for each of at least two classes"),
        ([*names("train/a", "train/b"), *names("test/c")], "test/ has images of 'c', and train/ has none"),
        (names("a", "b", count=1), "one image of each class only"),
    ],
)
def test_what_cannot_be_trained_on_is_refused(given: list[str], words: str) -> None:
    with pytest.raises(DataError) as caught:
        lay_out(given)
    assert words in str(caught.value)


def test_a_hundred_thousand_files_are_laid_out() -> None:
    layout = lay_out(names(*(f"class {index}" for index in range(1000)), count=100))
    assert (len(layout.train), len(layout.test), len(layout.class_names)) == (80_000, 20_000, 1000)
