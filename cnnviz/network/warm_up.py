"""PyTorch's slow first steps, taken in the background while a person is still looking at the page."""

import gc
import threading


def start_warm_up() -> None:
    """Import PyTorch and measure a small network in a thread, so that the first real one is quick."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    from cnnviz.network.presets import preset
    from cnnviz.network.summary import summarize

    summarize(preset("lenet"))
    gc.freeze()  # PyTorch's 400,000 objects stay: to look through them at each full collection takes 100 ms
