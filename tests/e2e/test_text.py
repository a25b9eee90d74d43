"""Networks as text, as PyTorch code and as links."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import visit
from tests.e2e.design_page import layers

pytestmark = pytest.mark.browser


def test_the_whole_network_is_edited_as_text(app, page):
    visit(page, app.url)
    page.get_by_role("radio", name="Network as text").click()
    box = page.get_by_role("textbox", name="The network as text")
    expect(box).to_have_value(re.compile("out_channels=96, kernel_size=11, stride=4"))
    good = box.input_value()
    box.fill(good.replace("kernel_size=11", "kernel_size=12"))
    box.press("Control+Enter")
    expect(layers(page).first).to_contain_text("kernel_size=12")
    box.fill(good.replace("kernel_size=11", "kernel_size=eleven"))
    box.press("Control+Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Layer 0")
    expect(box).to_have_value(re.compile("kernel_size=eleven"))  # what was typed is not lost
    expect(layers(page).first).to_contain_text("kernel_size=12")
    page.get_by_role("button", name="Show the network's text again").click()
    expect(box).to_have_value(re.compile("kernel_size=12"))


def test_pytorch_code_is_opened_and_a_link_carries_the_network(app, page):
    visit(page, app.url)
    page.get_by_test_id("stPopoverButton").filter(visible=True, has_text="Open").click()
    box = page.get_by_role("textbox", name="Or paste a network: PyTorch code or YAML")
    box.fill("while True: pass")
    page.get_by_role("button", name="Open the text").click()
    expect(page.get_by_test_id("stAlert")).to_contain_text("The network before is still open")
    box.fill("import torch.nn as nn\nnet = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))")
    page.get_by_role("button", name="Open the text").click()
    expect(layers(page)).to_have_count(2)
    page.keyboard.press("Escape")
    page.get_by_test_id("stPopoverButton").filter(visible=True, has_text="Share").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    page.goto("about:blank")
    visit(page, link)
    expect(layers(page)).to_have_count(2)
    expect(layers(page).last).to_contain_text("7.85 k")
    visit(page, link[:-5])
    expect(page.get_by_test_id("stAlert")).to_contain_text("cut short")
