"""The picture at the top of the Design page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import visit
from tests.e2e.design_page import drawn, selected

pytestmark = pytest.mark.browser


def test_a_click_on_a_layer_in_the_drawing_selects_it(app, page):
    visit(page, app.url)
    drawn(page, "6").first.click()
    expect(selected(page)).to_contain_text("384×12×12")
    expect(page.get_by_text("Layer 6 · Conv2d")).to_be_visible()
    page.get_by_role("radio", name="Blocks").click()
    drawn(page, "14").last.click()
    expect(page.get_by_text("Layer 14 · Linear")).to_be_visible()


def test_a_blocks_mark_unfolds_it_in_the_drawing_and_keys_go_from_layer_to_layer(app, page):
    visit(page, f"{app.url}?network=vgg11")
    expect(drawn(page, "4.0")).to_have_count(0)
    page.locator('.drawing [data-fold="4"]').last.click()
    expect(drawn(page, "4.0").first).to_be_visible()
    expect(drawn(page, "3.0")).to_have_count(0)
    page.locator(".drawing").focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Layer 3 · VGGBlock")).to_be_visible()
    page.keyboard.press("Enter")
    expect(drawn(page, "3.0").first).to_be_visible()
    page.get_by_role("button", name="Fold all", exact=True).click()
    expect(drawn(page, "3.0")).to_have_count(0)
    expect(drawn(page, "4.0")).to_have_count(0)


def test_the_graph_shows_what_volumes_leave_out(app, page):
    visit(page, app.url)
    expect(drawn(page, "1")).to_have_count(0)
    page.get_by_role("radio", name="Graph").click()
    expect(drawn(page, "1").filter(has_text="ReLU")).to_be_visible()


def test_a_click_on_what_a_layer_costs_selects_it(app, page):
    visit(page, app.url)
    page.get_by_role("radio", name="Costs").click()
    row = drawn(page, "6").filter(has_text="127 M")
    row.hover()
    expect(page.locator(".hint")).to_contain_text("885,120 parameters (2 %)")  # 384 × 256 × 9 + 384
    row.click()
    expect(page.get_by_text("Layer 6 · Conv2d")).to_be_visible()
    page.get_by_role("radio", name="Where it goes").click()
    drawn(page, "14").filter(has_text="14 Linear").click()
    expect(page.get_by_text("Layer 14 · Linear")).to_be_visible()
    page.get_by_role("radio", name="By image size").click()
    expect(page.get_by_text("Does not work up to 66")).to_be_visible()
