"""A real server and a real browser for every browser test."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright

from cnnviz.training.store import Store
from tests.conftest import new_home
from tests.prepare import find_browser

SETTLED = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
BROWSER_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

EXPECTED = (
    "Failed to load resource",
    "Failed to fetch dynamically imported module",
    "in reaching server endpoint",
    "Is Streamlit still running?",
    "Cannot send rerun backMessage when disconnected",
)

expect.set_options(timeout=90_000)  # two hundred edits take a busy machine a while


@dataclass
class App:
    """The app in a process of its own, as `cnnviz app` starts it."""

    home: Path
    port: int = 0
    process: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self.port = self.port or free_port()
        environment = {**os.environ, "CNNVIZ_HOME": str(self.home)}
        command = [sys.executable, "-m", "cnnviz.cli", "app", "--port", str(self.port)]
        with (self.home / "app.log").open("a") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.home)
        wait_until(self.answers, seconds=60, what="the app answers")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def end_workers(self) -> None:
        """End the runs that a failed test leaves behind: they are made to outlive the server."""
        with Store(self.home / "runs.sqlite3") as store:
            for run in store.runs():
                if run.is_active and run.pid:
                    os.kill(run.pid, signal.SIGKILL)

    def answers(self) -> bool:
        assert self.process.poll() is None, (self.home / "app.log").read_text()
        try:
            return urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5).status == 200
        except OSError:
            return False


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def wait_until(condition, *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.2)


@pytest.fixture
def app(tmp_path) -> Iterator[App]:
    app = App(new_home(tmp_path))
    app.start()
    yield app
    app.stop()
    app.end_workers()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page of a new session; a console error, a page error or an outside request fails the test."""
    complaints: list[str] = []
    page = browser.new_context(viewport={"width": 1440, "height": 1200}, accept_downloads=True).new_page()
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("console", lambda message: complains(message) and complaints.append(f"console: {message.text}"))
    page.on("response", lambda answer: is_missing(answer) and complaints.append(f"{answer.status}: {answer.url}"))
    page.on("request", lambda request: is_outside(request.url) and complaints.append(f"outside: {request.url}"))
    yield page
    page.context.close()
    assert complaints == []


def complains(message: ConsoleMessage) -> bool:
    """Whether the browser complains; of a failed request we hear by its answer, and a server is stopped by a test."""
    return message.type == "error" and not any(words in message.text for words in EXPECTED)


def is_missing(answer: Response) -> bool:
    """Streamlit itself probes its health route under a page's path."""
    return answer.status >= 400 and "_stcore" not in answer.url


def is_outside(url: str) -> bool:
    return not url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:"))


def visit(page: Page, url: str) -> None:
    page.goto(url)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page's script has run."""
    page.wait_for_function(SETTLED, timeout=60_000)
