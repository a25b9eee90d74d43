import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from cnnviz.training.data import datasets
from cnnviz.training.data.own.importing import Import, import_images
from cnnviz.training.data.work import adding, forget_import, import_folder


def page() -> None:
    import streamlit as st

    from cnnviz.ui.data import data_panel

    def choose(name: str) -> None:
        st.session_state["chosen"] = name

    data_panel(st.session_state["name"], choose=choose)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    for each in adding():
        forget_import(each.name)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for name, count in (("cat_*bold*", 10), ("dog", 5)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for index in range(count):
            Image.fromarray(np.full((9, 9), index, np.uint8)).save(tmp_path / "pictures" / name / f"{index}.png")
    return tmp_path / "pictures"


def opened(name: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["name"] = name
    return app.run()


def settled(app: AppTest) -> AppTest:
    """Run the page again once nothing is being added any more."""
    while any(each.state.status == "running" for each in adding()):
        time.sleep(0.05)
    return app.run()


def texts(app: AppTest) -> str:
    elements = (*app.markdown, *app.caption, *app.info, *app.error, *app.success)
    return "\n".join(element.value for element in elements)


def button(app: AppTest, label: str) -> Callable[[], AppTest]:
    return lambda: next(each for each in app.button if each.label == label).click().run()


def test_own_images_are_shown_by_class(home: Path, pictures: Path) -> None:
    import_images(pictures, "pets", Import(side=8))
    app = opened("pets")
    assert not app.exception
    assert "**12** images for training · **3** for testing · **1×8×8** each" in texts(app)
    table = app.dataframe[0].value
    assert table["Class"].tolist() == ["cat_*bold*", "dog"]
    assert (table["Training"].tolist(), table["Test"].tolist()) == ([8, 4], [2, 1])
    assert all(image.startswith("data:image/png;base64,") for image in table["Images"])


def test_what_is_not_on_the_computer_can_be_downloaded(home: Path) -> None:
    app = opened("cifar-100")
    assert "**CIFAR\\-100** is not on this computer yet" in texts(app)
    assert next(each.label for each in app.button) == "Download now"


def test_a_data_set_that_is_gone_or_damaged_is_told(home: Path, pictures: Path) -> None:
    assert "There is no data set 'pets'" in texts(opened("pets")).replace("\\", "")
    import_images(pictures, "pets", Import(side=8))
    (home / "data" / "own" / "pets" / "train_images.npy").write_bytes(b"")
    assert "The data set 'pets' is damaged" in texts(opened("pets")).replace("\\", "")


def test_a_folder_is_added_chosen_and_removed(home: Path, pictures: Path) -> None:
    app = opened("shapes")
    app.segmented_control(key="data.own.kind").set_value("A folder on this computer").run()
    app.text_input(key="data.own.folder").set_value(str(pictures)).run()
    assert app.text_input(key="data.own.name").placeholder == "pictures"
    app.number_input(key="data.own.side").set_value(8).run()
    app = settled(button(app, "Add the images")())
    assert "**pictures** is there: 2 classes, 12 images for training and 3 for testing" in texts(app)
    button(app, "Train on it")()
    assert app.session_state["chosen"] == "pictures"
    assert adding() == ()
    assert "2 classes · 15 images of 1×8×8" in texts(app)
    button(app, "Remove")()
    button(app, "Keep it")()
    assert "pictures" in datasets()
    button(app, "Remove")()
    button(app, "Remove it")()
    assert "pictures" not in datasets()
    assert not app.exception


def test_images_that_cannot_be_read_are_named_and_the_message_can_be_dismissed(home: Path, pictures: Path) -> None:
    (pictures / "dog" / "bad.png").write_bytes(b"broken")
    app = opened("shapes")
    app.segmented_control(key="data.own.kind").set_value("A folder on this computer").run()
    app.text_input(key="data.own.folder").set_value(str(pictures)).run()
    app = settled(button(app, "Add the images")())
    assert "1 of 16 images cannot be read: 'dog/bad.png' (it is no image)" in texts(app).replace("\\", "")
    button(app, "Dismiss")()
    assert not app.error
    assert "pictures" not in datasets()


def test_a_zip_is_put_where_the_import_finds_it(home: Path, tmp_path: Path) -> None:
    app = opened("shapes")
    app.file_uploader(key="data.own.zip").upload("pets.zip", b"no zip", "application/zip").run()
    assert app.text_input(key="data.own.name").placeholder == "pets"
    app = settled(button(app, "Add the images")())
    assert "pets.zip cannot be read as a zip" in texts(app).replace("\\", "")
    assert (import_folder("pets") / "pets.zip").read_bytes() == b"no zip"


@pytest.mark.parametrize(
    ("name", "words"), [("", "choose a zip of images first"), ("../x", "'../x' cannot be the name of a data set")]
)
def test_what_is_missing_or_wrong_is_told(home: Path, name: str, words: str) -> None:
    app = opened("shapes")
    app.text_input(key="data.own.name").set_value(name or "pets").run()
    button(app, "Add the images")()
    assert words in texts(app).replace("\\", "").lower()
    assert adding() == ()
