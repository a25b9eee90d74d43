"""The time from a keystroke on the Design page until what it changes is painted, in a real browser.

For each network a number of one of its first layers is edited, again and again: from the Enter key to the frame in
which the table of layers shows the layer's new shape, and to the frame with the new drawing. Medians in ms over all
edits, which come one after the other. (The table below it, with the exact numbers, is a canvas that tells the page its
contents a fifth of a second after it has painted them, so that it cannot be timed.)

    python benchmarks/page_latency.py [--edits 20]
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

import cnnviz
from cnnviz.formatting import shape_text
from cnnviz.network.infer import infer_shapes, walk_nodes
from cnnviz.network.link import to_link_text
from cnnviz.network.spec import Layer, Network
from cnnviz.network.unfold import unfold

TARGETS_MS = {"table": 200, "drawing": 350}
PLACES = {"table": "ul.layers", "drawing": ".drawing"}
EDITED = ("out_channels", "padding")  # the second where channels are added to others
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SETTLED = "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
WATCH = """([elements, wanted]) => new Promise((resolve) => {
  const times = {};
  let started = null;
  const onKey = (event) => { if (event.key === "Enter") started = event.timeStamp; };
  addEventListener("keydown", onKey, { capture: true, once: true });
  const look = () => {
    for (const [name, element] of Object.entries(elements)) {
      const isNew = started !== null && !(name in times) && element.textContent.includes(wanted);
      if (isNew) times[name] = performance.now() - started;
    }
    if (Object.keys(times).length < Object.keys(elements).length) requestAnimationFrame(look);
    else resolve(times);
  };
  requestAnimationFrame(look);
})"""


def main() -> None:
    """Measure and print; exit code 1 where a target is missed."""
    edits = _arguments().edits
    busy, cores = os.getloadavg()[0], os.cpu_count() or 1
    print(f"{busy:.1f} processes were running on {cores} cores" + (": NOT IDLE" if busy > cores / 2 else ""))
    print(f"{'network':<20}{'layers':>7}" + "".join(f"{name + ', ms':>14}" for name in PLACES) + f"   {edits} edits")
    missed = False
    with served() as url, browser_page() as page:
        for network in networks():
            medians = measured(page, url, network, edits)
            late = [name for name, target in TARGETS_MS.items() if medians[name] > target]
            missed = missed or bool(late)
            numbers = "".join(f"{medians[name]:>14.0f}" for name in PLACES)
            num_layers = sum(1 for _ in walk_nodes(infer_shapes(network).nodes))
            print(f"{network.name:<20}{num_layers:>7}{numbers}" + (f"   {', '.join(late)} MISSED" if late else ""))
    if missed:
        sys.exit(f"targets: {', '.join(f'{name} {target} ms' for name, target in TARGETS_MS.items())}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=20)
    return parser.parse_args()


def networks() -> Iterator[Network]:
    """Yield the networks that are edited: three that are known, and stacks of growing depth."""
    yield cnnviz.load("alexnet")
    yield unfolded(cnnviz.load("resnet18"))
    yield cnnviz.load("vgg19")
    for depth in (20, 40, 80, 160):
        pair = (Layer("Conv2d", {"out_channels": 16, "kernel_size": 3, "padding": 1}), Layer("ReLU"))
        yield Network(name=f"stack of {depth}", input_shape=(3, 64, 64), layers=pair * (depth // 2))


def unfolded(network: Network) -> Network:
    """Return a network with its blocks replaced by the layers they stand for."""
    layers: list[Layer] = []
    for index, layer in enumerate(network.layers):
        is_block = layer.kind in ("ResidualBlock", "Bottleneck")
        layers += unfold(network, str(index)) if is_block else [layer]
    return network.replace(name=f"{network.name} unfolded", layers=tuple(layers))


@contextmanager
def served(home: str = "") -> Iterator[str]:
    """Serve the app, with an empty home unless one is given, and yield its address."""
    with socket.socket() as listener, tempfile.TemporaryDirectory() as empty:
        listener.bind(("localhost", 0))
        port = listener.getsockname()[1]
        listener.close()
        command = [sys.executable, "-m", "cnnviz.cli", "app", "--port", str(port)]
        environment = {**os.environ, "CNNVIZ_HOME": home or empty}
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(f"http://localhost:{port}/_stcore/health")
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.25)
        else:
            return
    sys.exit("the app does not answer")


@contextmanager
def browser_page() -> Iterator[Page]:
    """Yield a page of a browser without a window."""
    with sync_playwright() as playwright:
        path = next(filter(os.path.exists, BROWSERS), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser.new_page(viewport={"width": 1440, "height": 1200})
        browser.close()


def measured(page: Page, url: str, network: Network, edits: int) -> dict[str, float]:
    """Return the median time to each place in ms."""
    page.goto(f"{url}/?network={to_link_text(network)}")
    _settle(page)
    index = next(index for index, layer in enumerate(network.layers) if layer.kind in ("Conv2d", "VGGBlock"))
    page.locator("ul.layers li").nth(index).click()
    _settle(page)
    param = EDITED["Residual" in {layer.kind for layer in network.layers}]
    times = [_edited(page, network, index, param, 17 + edit) for edit in range(edits + 1)]
    return {name: statistics.median(each[name] for each in times[1:]) for name in PLACES}


def _edited(page: Page, network: Network, index: int, param: str, value: int) -> dict[str, float]:
    """Set a layer's parameter and return the time to each place."""
    layers = list(network.layers)
    layers[index] = layers[index].replace(**{param: value})
    shape = infer_shapes(network.replace(layers=tuple(layers))).nodes[index].output_shape
    elements: dict[str, Any] = {name: page.locator(place).first.element_handle() for name, place in PLACES.items()}
    page.evaluate("(watched) => { window.latency = (" + WATCH + ")(watched); }", [elements, shape_text(shape or ())])
    box = page.get_by_label(param, exact=True)
    box.fill(str(value))
    box.press("Enter")
    found: dict[str, float] = page.evaluate("window.latency")
    _settle(page)
    return found


def _settle(page: Page) -> None:
    page.wait_for_timeout(150)
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(150)


if __name__ == "__main__":
    main()
