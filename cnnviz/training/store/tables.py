"""The tables of the run store, as the newest version of it has them."""

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

version_table = Table("schema_version", metadata, Column("version", Integer, nullable=False))

runs_table = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),  # in the order of their making: clocks can be set back
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("turn", BigInteger),  # place among those that wait; a queued run without one is about to be claimed
    Column("created_at", Double, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("device", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger),
    Column("pid_started", Double),  # see cnnviz.training.processes
    Column("heard_at", Double),  # when its process last wrote, by the database's clock
    Column("request", Text),
    Column("step", BigInteger, nullable=False, default=0),
    Column("num_steps", BigInteger, nullable=False, default=0),
    Column("num_points", BigInteger, nullable=False, default=0),
    Column("elapsed_s", Double, nullable=False, default=0.0),
    Column("loss", Double),
    Column("train_acc", Double),
    Column("test_acc", Double),
    Column("examples_per_s", Double),
    Column("wall_examples_per_s", Double),
    Column("error", Text),
    Column("tags", Text, nullable=False, default="[]"),  # JSON
    Column("notes", Text, nullable=False, default=""),
    Column("recipe", Text, nullable=False),  # JSON
    Column("network", Text, nullable=False),  # the network's canonical text
    Index("runs_by_number", "number", unique=True),
    Index("runs_by_status", "status"),
)

points_table = Table(
    "points",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("step", BigInteger, nullable=False),
    Column("epoch", Double, nullable=False),
    Column("train_loss", Double),
    Column("train_acc", Double),
    Column("valid_acc", Double),
    Column("test_acc", Double),
    Column("lr", Double),
    Column("examples_per_s", Double),
    Column("wall_examples_per_s", Double),
    Column("elapsed_s", Double),
    Column("memory_bytes", BigInteger),
    Column("load", Double),
)

layers_table = Table(
    "layer_points",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("layers", Text, nullable=False),  # JSON, see cnnviz.training.records
)
