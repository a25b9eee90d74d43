import pytest
from playwright.sync_api import Page, expect

from cnnviz.network.link import to_link_text
from cnnviz.network.presets import preset
from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser


def heads(page: Page):
    """The names over the columns of totals."""
    return page.get_by_role("region", name="Totals side by side").locator("thead th:not(:first-child)")


def lines(page: Page, names: str):
    return page.get_by_role("region", name=names).locator("tbody tr")


def add(page: Page, text: str) -> None:
    box = page.get_by_role("combobox", name="Add a network")
    box.click()
    box.fill(text)
    box.press("Enter")
    settle(page)


def remove(page: Page, column: int) -> None:
    page.get_by_role("button", name="Remove").nth(column).click()
    settle(page)


def test_a_comparison_is_chosen_and_comes_back_from_its_link(app, page):
    visit(page, f"{app.url}/compare")
    expect(heads(page)).to_have_text(["LeNet", "AlexNet"])
    page.get_by_role("radio", name="AlexNet · VGG-11").click()
    expect(heads(page)).to_have_text(["AlexNet", "VGG-11"])
    expect(lines(page, "AlexNet and VGG-11").first).to_contain_text("out_channels=64")
    expect(page.locator(".drawing text").filter(has_text="VGGBlock").first).to_be_visible()
    page.wait_for_url("**/compare?networks=alexnet&networks=vgg11")
    page.reload()
    expect(heads(page)).to_have_text(["AlexNet", "VGG-11"])


def test_links_are_added_and_what_is_none_is_told(app, page):
    visit(page, f"{app.url}/compare")
    add(page, f"http://elsewhere/?network={to_link_text(preset('nin').replace(width=0.5))}")
    expect(heads(page)).to_have_text(["LeNet", "AlexNet", "NiN, changed"])
    add(page, "eNbroken")
    expect(page.get_by_text("The networks below are as they were.")).to_be_visible()
    expect(heads(page)).to_have_count(3)
    remove(page, 0)
    expect(heads(page)).to_have_text(["AlexNet", "NiN, changed"])
    expect(page.get_by_text("The networks below are as they were.")).to_have_count(0)
    page.reload()
    expect(heads(page)).to_have_text(["AlexNet", "NiN, changed"])


def test_a_file_is_compared(app, page):
    visit(page, f"{app.url}/compare")
    page.get_by_test_id("stPopoverButton").first.click()
    text = b"net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten(), nn.Linear(3456, 10))\n"
    page.locator("input[type=file]").set_input_files({"name": "tiny.py", "mimeType": "text/plain", "buffer": text})
    expect(heads(page)).to_have_text(["LeNet", "AlexNet", "tiny"])
    page.keyboard.press("Escape")
    remove(page, 1)
    expect(lines(page, "LeNet and tiny").nth(0)).to_contain_text("Conv2d(out_channels=6, kernel_size=5)")
