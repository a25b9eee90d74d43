"""Edits that survive a reload, a closed tab and a new server, and undo."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import settle, visit
from tests.e2e.design_page import layers, open_preset, set_number

pytestmark = pytest.mark.browser


def test_the_edited_network_survives_reload_a_closed_tab_and_a_new_server(app, page):
    visit(page, app.url)
    open_preset(page, "LeNet")
    layers(page).nth(1).click()
    page.keyboard.press("Delete")
    expect(page.get_by_text("1 change", exact=True).first).to_be_visible()  # the server has heard of it
    expect(layers(page)).to_have_count(11)
    app.stop()
    app.start()
    page.reload()
    expect(layers(page)).to_have_count(11)
    expect(layers(page).nth(1)).to_contain_text("AvgPool2d")
    settle(page)
    page.goto("about:blank")
    visit(page, app.url)
    expect(layers(page)).to_have_count(11)


def test_everything_is_undone_and_redone(app, page):
    visit(page, app.url)
    layers(page).first.click()
    set_number(page, "stride", 2)
    open_preset(page, "LeNet")
    expect(layers(page)).to_have_count(12)
    layers(page).nth(11).click()
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(11)
    for count, stride in ((12, ""), (21, "stride=2"), (21, "stride=4")):
        page.keyboard.press("Control+z")
        expect(layers(page)).to_have_count(count)
        expect(layers(page).first).to_contain_text(stride)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    for _ in range(3):
        page.keyboard.press("Control+Shift+Z")
    expect(layers(page)).to_have_count(11)
