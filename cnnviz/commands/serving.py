"""The command that starts the app."""

import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from cnnviz.errors import CnnvizError


def app_(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port the app listens on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address it listens on; only this machine unless you say so.")] = (
        "localhost"
    ),
) -> None:
    """Start the app in the browser."""
    script = Path(__file__).parents[2] / "app.py"
    if not script.exists():
        raise CnnvizError(f"{script} is missing; install cnnviz from its repository with `pip install -e .`")
    _check_port(address, port)
    options = [f"--server.port={port}", f"--server.address={address}"]
    os.execv(sys.executable, [sys.executable, "-m", "cnnviz.ui.serve", str(script), *options])


def _check_port(address: str, port: int) -> None:
    """Raise CnnvizError when the port cannot be listened on, before anything is started."""
    try:
        for family, kind, protocol, _, place in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind, protocol) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(place)
    except OSError as error:
        raise CnnvizError(
            f"cannot listen on port {port} of {address}: {error.strerror}; "
            f"choose another one, such as `make app PORT={port % 65535 + 1}` or `cnnviz app --port {port % 65535 + 1}`"
        ) from error
