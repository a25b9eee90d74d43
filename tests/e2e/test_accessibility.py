"""No page has a serious fault that axe-core finds, in light and in dark, in the states that a person meets."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle, visit
from tests.e2e.test_runs import click_row
from tests.pages.recorded import record

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


def faults(page: Page) -> list[str]:
    settle(page)
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found
        if fault["impact"] in SERIOUS
        for node in fault["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def scheme(request, page) -> str:
    page.emulate_media(color_scheme=request.param)
    return request.param


@pytest.mark.parametrize("path", ["", "compare", "train", "runs"])
def test_a_page_as_it_opens(app, page, scheme, path):
    visit(page, f"{app.url}/{path}")
    assert faults(page) == []


def test_the_design_page_with_a_problem_its_palette_its_help_and_its_text(app, page, scheme):
    visit(page, app.url)
    page.get_by_role("treeitem").nth(12).click()
    box = page.get_by_label("kernel_size", exact=True)
    expect(page.get_by_text("Layer 12 · MaxPool2d")).to_be_visible()
    settle(page)
    expect(box).to_have_count(1)  # the widgets of the layer selected before are gone
    box.fill("13")
    box.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Add layer").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator("ul.layers").focus()
    page.keyboard.press("?")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Network as text").click()
    expect(page.get_by_role("textbox", name="The network as text")).to_be_visible()
    assert faults(page) == []


def test_the_runs_page_with_a_run_selected_and_one_run_alone(app, page, scheme, monkeypatch):
    monkeypatch.setenv("CNNVIZ_HOME", str(app.home))
    run_id, _ = record("lenet"), record("alexnet", end="stopped")
    visit(page, f"{app.url}/runs")
    click_row(page, 0, x=16)
    expect(page.get_by_text("1 selected", exact=True)).to_be_visible()
    assert faults(page) == []
    visit(page, f"{app.url}/runs?run={run_id}")
    expect(page.get_by_text("Beside the book")).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("picture", ["Blocks", "Graph", "Costs"])
def test_the_other_pictures(app, page, scheme, picture):
    visit(page, app.url)
    page.get_by_role("radio", name=picture).click()
    assert faults(page) == []
