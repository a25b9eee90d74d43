"""Files to read images from: those of a folder, or those inside a zip, which is never unpacked on the disk."""

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from cnnviz.errors import DataError, shorten
from cnnviz.formatting import bytes_text

MAX_FILES = 1_000_000
MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 256 * 2**30


@dataclass(frozen=True)
class Source:
    """Named files and folders. Names are relative, with / between their parts.

    `num_links` that lead elsewhere are not among them. `fingerprint` changes when the files do. `read` returns a
    file's content, and raises OSError, ValueError or zipfile's errors.
    """

    names: Collection[str]
    folders: Collection[str]
    num_links: int
    fingerprint: str
    read: Callable[[str], bytes]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a folder or a zip.

    Raises DataError when it is neither, or holds what no folder of images does.
    """
    if path.is_dir():
        yield _folder(path)
    elif path.is_file():
        try:
            with zipfile.ZipFile(path) as archive:
                yield _zip(path, archive)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise DataError(f"{path.name} cannot be read as a zip: {error}") from error
    else:
        raise DataError(f"there is no folder or zip {path}")


def _folder(root: Path) -> Source:
    names, folders, num_links, digest = [], [], 0, hashlib.sha256()
    for entry in _walk(root):
        name = Path(entry.path).relative_to(root).as_posix()
        if entry.is_symlink() and not _is_inside(Path(entry.path), root):
            num_links += 1
        elif entry.is_dir():
            folders.append(name)
        elif entry.is_file():
            names.append(name)
            status = entry.stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
            _check_totals(root.name, len(names), 0)
    return Source(names, folders, num_links, digest.hexdigest(), lambda name: _bounded((root / name).open("rb")))


def _walk(root: Path) -> Iterator["os.DirEntry[str]"]:
    """Yield everything below a folder, in an order that is always the same; links to folders are not followed.

    Raises DataError for a folder that cannot be read.
    """
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            raise DataError(f"{folder} cannot be read: {error.strerror}") from error
        yield from entries
        waiting += [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False)]


def _is_inside(link: Path, root: Path) -> bool:
    """Whether a link leads to a file of the same folder."""
    return link.is_file() and link.resolve().is_relative_to(root.resolve())


def _zip(path: Path, archive: zipfile.ZipFile) -> Source:
    files = [member for member in archive.infolist() if not member.is_dir()]
    _check_totals(path.name, len(files), sum(member.file_size for member in files))
    members = {_safe_name(path, member): member for member in files if not _is_link(member)}
    folders = {member.filename.rstrip("/") for member in archive.infolist() if member.is_dir()}
    checksums = repr([(name, member.CRC, member.file_size) for name, member in members.items()])
    return Source(
        members.keys(),
        folders,
        sum(map(_is_link, files)),
        hashlib.sha256(checksums.encode()).hexdigest(),
        lambda name: _bounded(archive.open(members[name])),
    )


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)


def _safe_name(path: Path, member: zipfile.ZipInfo) -> str:
    """Return a member's name. Raises DataError for one that is encrypted or leads out of the zip."""
    name = _decoded(member).replace("\\", "/")
    if member.flag_bits & 0x1:
        raise DataError(f"{path.name} is encrypted: make a zip without a password")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]):
        raise DataError(f"{path.name} holds {shorten(name)}, which leads out of the zip: nothing was read from it")
    return name


def _decoded(member: zipfile.ZipInfo) -> str:
    """Many programs write UTF-8 without saying so; Python then takes it for the code page of the first PC."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _check_totals(name: str, num_files: int, num_bytes: int) -> None:
    if num_files > MAX_FILES:
        raise DataError(f"{name} holds more than {MAX_FILES:,} files; take fewer")
    if num_bytes > MAX_TOTAL_BYTES:
        raise DataError(f"{name} unpacks to more than {bytes_text(MAX_TOTAL_BYTES)}; take fewer images")


def _bounded(file: IO[bytes]) -> bytes:
    """Return all of a file and close it, but never more than is allowed, whatever it says of its size."""
    with file:
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ValueError(f"it has more than {bytes_text(MAX_FILE_BYTES)}")
    return content
