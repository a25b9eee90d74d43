"""The points of a run's curves in the store, and the statistics of its layers at them."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select

from cnnviz.training.events import Point, Progress, TestPoint
from cnnviz.training.records import LayerPoint, PointRow, finite, layers_text, parse_layers
from cnnviz.training.store.tables import layers_table, points_table

if TYPE_CHECKING:  # a store is opened without waiting for PyTorch
    from cnnviz.training.monitor import Reading

_POINT_COLUMNS = tuple(points_table.c[name] for name in PointRow._fields)  # in the order of its fields


def write_point(
    connection: Connection,
    run_id: str,
    seq: int,
    point: Point | TestPoint,
    progress: Progress | None,
    reading: "Reading | None",
) -> None:
    """Write the point of that number in place of what is there."""
    place = {"run_id": run_id, "seq": seq}
    drop_points(connection, run_id, seq, seq)
    row = {**place, "step": point.step, "epoch": point.epoch, **_measured(point), **_rates(progress), **_load(reading)}
    connection.execute(insert(points_table).values(row))
    if isinstance(point, Point) and point.layers:
        connection.execute(insert(layers_table).values({**place, "layers": layers_text(point.layers)}))


def drop_points(connection: Connection, run_id: str, first: int, last: int | None = None) -> None:
    """Remove the points with the numbers from `first` to `last`, or to the end."""
    for table in (points_table, layers_table):
        there = [table.c.run_id == run_id, table.c.seq >= first]
        connection.execute(delete(table).where(*there, *([table.c.seq <= last] if last else [])))


def cut(connection: Connection, run_id: str, step: int) -> dict[str, Any]:
    """Remove the points after a step, and return the numbers of the run's row as they were then."""
    columns = points_table.c
    there = (columns.run_id == run_id, columns.step <= step)
    last = connection.scalar(select(func.max(columns.seq)).where(*there)) or 0
    drop_points(connection, run_id, last + 1)
    newest = select(columns.train_loss, columns.train_acc).where(*there, columns.train_acc.is_not(None))
    tested = select(columns.test_acc).where(*there, columns.test_acc.is_not(None))
    loss, train_acc = connection.execute(newest.order_by(columns.seq.desc()).limit(1)).first() or (None, None)
    test_acc = connection.scalar(tested.order_by(columns.seq.desc()).limit(1))
    return {"step": step, "num_points": last, "loss": loss, "train_acc": train_acc, "test_acc": test_acc}


def read_points(connection: Connection, run_id: str, since: int) -> tuple[PointRow, ...]:
    """Return the points after number `since`, in their order."""
    there = (points_table.c.run_id == run_id, points_table.c.seq > since)
    query = select(*_POINT_COLUMNS).where(*there).order_by(points_table.c.seq)
    return tuple(map(PointRow._make, connection.execute(query)))


def read_layer_points(connection: Connection, run_id: str, since: int) -> tuple[LayerPoint, ...]:
    """Return the statistics after number `since`, in their order."""
    columns = layers_table.c
    query = select(columns.seq, columns.layers).where(columns.run_id == run_id, columns.seq > since)
    rows = connection.execute(query.order_by(columns.seq))
    return tuple(LayerPoint(seq, parse_layers(layers)) for seq, layers in rows)


def latest(point: Point | TestPoint) -> dict[str, Any]:
    """Return the numbers of a point that become its run's latest."""
    if isinstance(point, Point):
        return {"loss": finite(point.train_loss), "train_acc": finite(point.train_acc)}
    return {"test_acc": finite(point.test_acc)}


def _measured(point: Point | TestPoint) -> dict[str, Any]:
    if isinstance(point, Point):
        return {"train_loss": finite(point.train_loss), "train_acc": finite(point.train_acc), "lr": finite(point.lr)}
    return {"test_acc": finite(point.test_acc), "valid_acc": finite(point.valid_acc)}


def _rates(progress: Progress | None) -> dict[str, Any]:
    names = ("examples_per_s", "wall_examples_per_s", "elapsed_s")
    return {name: finite(getattr(progress, name)) for name in names} if progress else {}


def _load(reading: "Reading | None") -> dict[str, Any]:
    return {"memory_bytes": reading.memory_bytes, "load": finite(reading.load)} if reading else {}
