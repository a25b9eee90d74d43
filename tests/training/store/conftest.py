"""A store for every test here: in an SQLite file, and in PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from cnnviz.training.store import Store
from cnnviz.training.store.database import url_of
from tests.prepare import find_postgresql
from tests.training.store.postgresql import Server, running_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A server of this process's tests."""
    binaries = find_postgresql()
    if binaries is None:
        assert not os.environ.get("CI"), "PostgreSQL is missing: run python -m tests.prepare"
        pytest.skip("no PostgreSQL server is installed here: see tests/prepare.py")
    with running_server(binaries) as server:
        yield server


@pytest.fixture
def postgresql_place(postgresql: Server) -> Iterator[URL]:
    """The address of an empty database."""
    name = f"test_{secrets.token_hex(4)}"
    yield postgresql.make_database(name)
    postgresql.drop_database(name)


@pytest.fixture
def sqlite_place(home_folder: Path) -> URL:
    """The address of a file that is not there yet."""
    home_folder.mkdir()
    return url_of(home_folder / "runs.sqlite3")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> URL:
    """The address of an empty database of each kind."""
    return request.getfixturevalue(f"{request.param}_place")


@pytest.fixture
def store(place: URL, home_folder: Path) -> Iterator[Store]:
    """An empty store in each kind of database, and a home for the files of its runs."""
    with Store(place) as store:
        yield store
