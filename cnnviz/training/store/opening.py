"""Which database holds the store: an SQLite file in cnnviz's home, or what `$CNNVIZ_STORE` names."""

import os

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from cnnviz.errors import StoreError
from cnnviz.training.home import home
from cnnviz.training.store.database import url_of

VARIABLE = "CNNVIZ_STORE"
_EXAMPLE = "postgresql+psycopg://user@host/database"
_DRIVERS = ("postgresql", "postgresql+psycopg")


def chosen_place() -> URL:
    """Return the address of the store's database; cnnviz's home is made when it is missing.

    Raises StoreError for an address that cannot be used.
    """
    address = os.environ.get(VARIABLE)
    return _url(address) if address else url_of(home() / "runs.sqlite3")


def _url(address: str) -> URL:
    """Read an address; what is wrong with it is told without it, since it may hold a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError(f"{VARIABLE} is no address of a database; it should be like {_EXAMPLE}") from None
    if url.drivername not in _DRIVERS:
        raise StoreError(f"{VARIABLE} is an address of {url.drivername}; it should be like {_EXAMPLE}")
    return url.set(drivername=_DRIVERS[-1])
