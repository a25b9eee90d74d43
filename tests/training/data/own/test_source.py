import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from cnnviz.errors import DataError
from cnnviz.training.data.own import source
from cnnviz.training.data.own.source import open_source


def written_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    for name in ("cat/1.png", "dog/a/2.png"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_bytes(name.encode())
    (root / "empty").mkdir()
    return root


def test_folder_and_zip_hold_the_same(folder: Path, tmp_path: Path) -> None:
    packed = written_zip(
        tmp_path / "images.zip", {"cat/1.png": b"cat/1.png", "dog/a/2.png": b"dog/a/2.png", "empty/": b""}
    )
    for path in (folder, packed):
        with open_source(path) as found:
            assert sorted(found.names) == ["cat/1.png", "dog/a/2.png"]
            assert "empty" in found.folders
            assert all(found.read(name) == name.encode() for name in found.names)


def test_links_out_of_a_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.png").write_bytes(b"secret")
    (folder / "cat" / "out.png").symlink_to(secret / "key.png")
    (folder / "cat" / "gone.png").symlink_to(secret / "gone.png")
    (folder / "away").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    (folder / "cat" / "same.png").symlink_to(folder / "cat" / "1.png")
    with open_source(folder) as found:
        assert sorted(found.names) == ["cat/1.png", "cat/same.png", "dog/a/2.png"]
        assert found.num_links == 4


def test_links_in_a_zip_are_not_followed(tmp_path: Path) -> None:
    path = written_zip(tmp_path / "images.zip", {"cat/1.png": b"1"})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("cat/2.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with open_source(path) as found:
        assert list(found.names) == ["cat/1.png"]
        assert found.num_links == 1


@pytest.mark.parametrize("name", ["../evil.png", "cat/../../evil.png", "/etc/evil.png", "C:/evil.png", "..\\evil.png"])
def test_a_zip_that_leads_out_of_itself_is_refused(name: str, tmp_path: Path) -> None:
    path = written_zip(tmp_path / "evil.zip", {"cat/1.png": b"1", name: b"evil"})
    with pytest.raises(DataError, match=r"evil.zip holds .*evil.png', which leads out of the zip"), open_source(path):
        pass
    assert [each.name for each in tmp_path.iterdir()] == ["evil.zip"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "cannot be read as a zip"), (b"PK" + bytes(100), "cannot be read as a zip"), (None, "no folder or zip")],
)
def test_what_is_no_zip_is_refused(content: bytes | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "images.zip").write_bytes(content)
    with pytest.raises(DataError, match=words), open_source(tmp_path / "images.zip"):
        pass


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = written_zip(tmp_path / "locked.zip", {"cat/1.png": b"1"})
    data = bytearray(path.read_bytes())
    directory = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, directory + 8, 1)  # what says so, in the list at its end
    path.write_bytes(data)
    with pytest.raises(DataError, match="encrypted: make a zip without a password"), open_source(path):
        pass


def test_a_file_that_unpacks_to_too_much_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAX_FILE_BYTES", 1000)
    path = written_zip(tmp_path / "bomb.zip", {"cat/1.png": bytes(1_000_000), "cat/2.png": bytes(1000)})
    with open_source(path) as found:
        assert len(found.read("cat/2.png")) == 1000
        with pytest.raises(ValueError, match="more than 1"):
            found.read("cat/1.png")


def test_a_zip_that_lies_about_its_sizes_yields_no_more_than_it_says(tmp_path: Path) -> None:
    path = written_zip(tmp_path / "liar.zip", {"cat/1.png": bytes(100_000)})
    data = bytearray(path.read_bytes())
    for place in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        struct.pack_into("<I", data, place, 10)
    path.write_bytes(data)
    with open_source(path) as found, pytest.raises(zipfile.BadZipFile):
        found.read("cat/1.png")


@pytest.mark.parametrize(
    ("limit", "words"), [("MAX_FILES", "more than 1 files"), ("MAX_TOTAL_BYTES", "unpacks to more")]
)
def test_too_much_is_refused_before_it_is_read(
    limit: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, limit, 1)
    path = written_zip(tmp_path / "large.zip", {"cat/1.png": b"1", "cat/2.png": b"2"})
    with pytest.raises(DataError, match=words), open_source(path):
        pass


def test_names_in_utf_8_are_read_even_where_the_zip_does_not_say_so(tmp_path: Path) -> None:
    path = written_zip(tmp_path / "images.zip", {"日本/1.png": b"1"})
    data = path.read_bytes()
    unmarked = bytearray(data)
    for place in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        struct.pack_into("<H", unmarked, place, 0)
    for content in (data, bytes(unmarked)):
        path.write_bytes(content)
        with open_source(path) as found:
            assert list(found.names) == ["日本/1.png"]
            assert found.read("日本/1.png") == b"1"


def test_fingerprint_changes_with_what_is_in_it(folder: Path) -> None:
    def fingerprint() -> str:
        with open_source(folder) as found:
            return found.fingerprint

    before = fingerprint()
    assert fingerprint() == before
    os.utime(folder / "cat" / "1.png", (1, 1))
    assert fingerprint() != before


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "cat").chmod(0)
    with pytest.raises(DataError, match="cat cannot be read: Permission denied"), open_source(folder):
        pass
