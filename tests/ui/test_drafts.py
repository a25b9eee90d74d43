import os
from dataclasses import replace

import pytest

from cnnviz.errors import StoreError
from cnnviz.network.presets import preset
from cnnviz.ui.drafts import (
    Draft,
    Progress,
    load_draft,
    newest_draft,
    revision_of,
    save_draft,
    saved_revision,
)

LENET = Draft(preset("lenet"), "lenet")
EDITED = Draft(preset("lenet").replace(input_shape=(3, 32, 32)), None)


@pytest.fixture(autouse=True)
def home(cnnviz_home):
    return cnnviz_home


def test_a_draft_is_read_back_as_it_was_saved():
    save_draft("aaaaaaaa", LENET)
    save_draft("aaaaaaaa", EDITED)
    assert load_draft("aaaaaaaa") == EDITED
    assert load_draft("aaaaaaaa").progress is None


def test_how_far_the_list_was_is_read_back_and_what_is_damaged_of_it_left_out(home):
    progress = Progress("e1", 7, [["a", []]])
    save_draft("aaaaaaaa", replace(LENET, progress=progress))
    assert load_draft("aaaaaaaa").progress == progress
    path = home / "drafts" / "aaaaaaaa.json"
    path.write_text(path.read_text().replace('"ack": 7', '"ack": "7"'))
    assert load_draft("aaaaaaaa") == LENET
    assert load_draft("aaaaaaaa").progress is None


def test_a_revision_tells_a_draft_that_was_changed():
    assert saved_revision("aaaaaaaa") is None
    save_draft("aaaaaaaa", LENET)
    assert saved_revision("aaaaaaaa") == revision_of(LENET) == load_draft("aaaaaaaa").revision
    save_draft("aaaaaaaa", EDITED)
    assert saved_revision("aaaaaaaa") not in (revision_of(LENET), None)


def test_the_newest_draft_is_the_one_saved_last(home):
    assert newest_draft() is None
    save_draft("aaaaaaaa", LENET)
    save_draft("bbbbbbbb", EDITED)
    os.utime(home / "drafts" / "aaaaaaaa.json", ns=(2**61, 2**61))
    assert newest_draft() == LENET


@pytest.mark.parametrize("name", ["", "zz", "../../etc/passwd", "aaaaaaaa.json", "cccccccc"])
def test_there_is_no_draft_of_an_unknown_name(name):
    assert load_draft(name) is None


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"preset": null, "network": "layers: []"}', '{"preset": [], "network": 3}']
)
def test_a_damaged_draft_is_passed_over(home, content):
    save_draft("aaaaaaaa", LENET)
    damaged = home / "drafts" / "bbbbbbbb.json"
    damaged.write_text(content)
    assert load_draft("bbbbbbbb") is None
    assert newest_draft() == LENET


def test_the_oldest_of_too_many_are_dropped(home):
    for number in range(203):
        save_draft(f"{number:08x}", LENET)
        os.utime(home / "drafts" / f"{number:08x}.json", ns=(number, number))
    kept = {path.stem for path in (home / "drafts").iterdir()}
    assert len(kept) == 200
    assert "000000ca" in kept  # the last of them


def test_a_folder_that_cannot_be_written_is_named(home):
    (home / "drafts").write_text("a file")
    with pytest.raises(StoreError, match="drafts"):
        save_draft("aaaaaaaa", LENET)
    assert newest_draft() is None
