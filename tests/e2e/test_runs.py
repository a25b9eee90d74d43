import os
import re
import subprocess
import sys

import pytest
import torch
from playwright.sync_api import Page, expect

from cnnviz.network.build import build
from cnnviz.network.presets import preset
from cnnviz.training.export.weights import trained_weights
from cnnviz.training.store import open_store
from tests.e2e.conftest import settle, visit
from tests.pages.recorded import record

pytestmark = pytest.mark.browser

HEAD_PX, ROW_PX = 36, 35  # of the table of runs
IN_PLAIN_PYTORCH = """
import sys
sys.modules["cnnviz"] = None  # any import of it fails
sys.path.insert(0, ".")
import torch
from exported import load_weights, net
torch.save(load_weights(net, "weights.pt")(torch.load("images.pt")), "outputs.pt")
"""


def train(app, *options: str) -> None:
    command = [sys.executable, "-m", "cnnviz.cli", "train", "lenet", "--data", "shapes", "--epochs", "1", *options]
    subprocess.run(command, env={**os.environ, "CNNVIZ_HOME": str(app.home)}, capture_output=True, check=True)


def click_row(page: Page, row: int, x: int) -> None:
    """Click into the table of runs, which is a canvas."""
    box = page.get_by_test_id("stDataFrame").bounding_box()
    page.mouse.click(box["x"] + x, box["y"] + HEAD_PX + ROW_PX * row + ROW_PX / 2)


def download(page: Page, label: str, path) -> None:
    with page.expect_download() as started:
        page.get_by_role("button", name=label).click()
    started.value.save_as(path)


def test_two_runs_are_compared_and_one_is_downloaded_into_plain_pytorch(app, page, tmp_path, monkeypatch):
    monkeypatch.setenv("CNNVIZ_HOME", str(app.home))
    record("lenet", data="shapes", lr=0.1, epochs=1, examples=256)
    train(app, "--examples", "256", "--lr", "0.5")
    visit(page, f"{app.url}/runs")
    expect(page.get_by_text("2 runs", exact=True)).to_be_visible()
    for row in (0, 1):
        click_row(page, row, x=16)
        expect(page.get_by_text(f"{row + 1} selected", exact=True)).to_be_visible()
    differences = page.get_by_role("region", name="Differences between the selected runs")
    expect(differences.locator("tbody tr").filter(has_text="lr")).to_have_text(re.compile(r"lr\s*0\.5\s*0\.1"))
    expect(page.locator(".live-curves .legendtext")).to_have_count(2)
    expect(page.get_by_text("train the same network.")).to_be_visible()

    click_row(page, 0, x=66)
    page.wait_for_url(re.compile(r"run=[0-9a-f]{8}"))
    run_id = page.url[-8:]
    page.reload()
    settle(page)
    page.get_by_role("button", name="Download", exact=True).click()
    download(page, "PyTorch code", tmp_path / "exported.py")
    download(page, "Weights as PyTorch's .pt", tmp_path / "weights.pt")

    images = torch.rand(3, 1, 28, 28)
    torch.save(images, tmp_path / "images.pt")
    subprocess.run([sys.executable, "-c", IN_PLAIN_PYTORCH], cwd=tmp_path, check=True)
    module = build(preset("lenet")).eval()
    with open_store() as store:
        module.load_state_dict(trained_weights(store.run(run_id)))
    assert torch.equal(torch.load(tmp_path / "outputs.pt"), module(images))
