"""Edits that survive a reload, a closed tab and a new server, other tabs, and undo."""

import re
import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import settle, visit
from tests.e2e.design_page import layers, open_network, open_preset, selected, set_number

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


def test_what_the_server_did_not_hear_is_done_by_the_next(app, page):
    open_network(page, app, ["ReLU()", "Tanh()", "Sigmoid()", "ELU()"])
    layers(page).nth(1).click()
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(3)
    settle(page)
    app.stop()
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    tree = page.get_by_role("tree", name="Layers", include_hidden=True)
    tree.dispatch_event("keydown", {"key": "Delete"})  # as a key that was pressed just then
    expect(page.locator("ul.layers li")).to_have_count(2)
    app.start()
    expect(page.get_by_text("Layer 1 · ELU")).to_be_visible()
    expect(layers(page)).to_have_count(2)
    page.reload()
    expect(layers(page)).to_have_text([re.compile("ReLU"), re.compile("ELU")])


def test_edits_are_seen_before_the_server_answers(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_network(page, app, ["ReLU()", "Tanh()", "Sigmoid()"])
    layers(page).nth(1).click()
    settle(page)
    app.process.send_signal(signal.SIGSTOP)
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(layers(page)).to_have_count(3)
    expect(selected(page)).to_contain_text("Tanh")
    page.get_by_label("Put the selected layers into a container").select_option("Residual")
    expect(layers(page)).to_have_text([re.compile(kind) for kind in ("ReLU", *RESIDUAL, "Sigmoid")])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(layers(page)).to_have_text([re.compile(kind) for kind in ("ReLU", "Tanh", "Tanh", "Sigmoid")])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # the grouping was undone: what is left to undo is nothing
    page.keyboard.press("Control+Shift+Z")
    expect(layers(page)).to_have_count(4)
    app.process.send_signal(signal.SIGCONT)
    settle(page)
    expect(page.get_by_text("Layer 2 · Tanh")).to_be_visible()
    expect(layers(page)).to_have_text([re.compile(kind) for kind in ("ReLU", "Tanh", "Tanh", "Sigmoid")])


RESIDUAL = ("Residual", "body", "Tanh", "shortcut")
"""The rows of a layer in a Residual."""
