"""The tables of the run store."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text

metadata = MetaData()

runs_table = Table(
    "runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Float, nullable=False),  # seconds since 1970, UTC, as all times here
    Column("started_at", Float),
    Column("ended_at", Float),
    Column("network", Text, nullable=False),  # the network's canonical text
    Column("recipe", Text, nullable=False),  # JSON
    Column("device", Text, nullable=False),
    Column("pid", Integer),
    Column("pid_started", Float),  # see cnnviz.training.processes
    Column("step", Integer, nullable=False, default=0),
    Column("num_steps", Integer, nullable=False, default=0),
    Column("elapsed_s", Float, nullable=False, default=0.0),
    Column("stop_requested", Boolean, nullable=False, default=False),
    Column("loss", Float),
    Column("train_acc", Float),
    Column("test_acc", Float),
    Column("examples_per_s", Float),
    Column("wall_examples_per_s", Float),
    Column("error", Text),
    Index("runs_by_age", "created_at"),
)

points_table = Table(
    "points",
    metadata,
    Column("run_id", Text, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Float, nullable=False),
    Column("train_loss", Float),
    Column("train_acc", Float),
    Column("test_acc", Float),
)
