"""The option --data where it names a folder or zip of images, which is read first, with a progress bar."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnviz.network.spec import Network


def data_named(data: str, network: "Network") -> str:
    """Return the name of a data set; a folder or zip of images is read for the network, unless it was before.

    Raises DataError when it cannot be read.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from cnnviz.training.data.own.taking import take

    if not os.path.exists(os.path.expanduser(data)):
        return take(data, input_shape=network.input_shape)
    columns = (TextColumn("reading images"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None, visible=False)
        return take(
            data,
            input_shape=network.input_shape,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total, visible=True),
        )
