"""The run store: what was run, how it went, and who is at it. Several processes and threads may use it at once."""

from cnnviz.training.store.launchers import ForLaunchers
from cnnviz.training.store.opening import chosen_place
from cnnviz.training.store.people import ForPeople
from cnnviz.training.store.workers import ForWorkers


class Store(ForPeople, ForLaunchers, ForWorkers):
    """The runs and their points in one SQLite file, or in a PostgreSQL database that several machines share.

    Every method raises StoreError, in one line, when the database cannot be used or has no such run. What came
    first is told by numbers, since clocks can be set back.
    """


def open_store() -> Store:
    """Open the store that `$CNNVIZ_STORE` names, or the SQLite file in cnnviz's home, which is made when it is missing.

    Raises StoreError when it cannot be used.
    """
    return Store(chosen_place())
