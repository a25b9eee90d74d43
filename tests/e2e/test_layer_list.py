"""What a person does in the list of layers, by keyboard and by mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import settle, visit
from tests.e2e.design_page import drag, drawn, layers, open_network, open_preset, selected

pytestmark = pytest.mark.browser

RESIDUAL = "Residual: {body: ['Conv2d(out_channels=1, kernel_size=3, padding=1)', 'ReLU()']}"


def test_layers_are_edited_by_keyboard_alone(app, page):
    visit(page, app.url)
    listbox = page.get_by_role("tree", name="Layers")
    listbox.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Control+d"):  # quicker than the script can run
        page.keyboard.press(key)
    expect(layers(page)).to_have_count(22)
    expect(selected(page)).to_contain_text("out_channels=256")
    page.keyboard.press("Alt+ArrowDown")
    expect(layers(page).nth(5)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(21)
    settle(page)
    expect(layers(page).nth(5)).to_contain_text("MaxPool2d")
    expect(page.get_by_text("46.8 M", exact=True)).to_be_visible()


def test_a_layer_is_added_moved_and_deleted_by_mouse(app, page):
    visit(page, app.url)
    layers(page).nth(1).click()
    page.get_by_role("button", name="Add layer").click()
    page.get_by_role("combobox", name="Search layers").fill("batch 2d")
    page.keyboard.press("Enter")
    expect(layers(page).nth(2)).to_contain_text(re.compile("BatchNorm2d.*96×54×54.*192"))
    page.get_by_role("button", name="Move up").click()
    expect(layers(page).nth(1)).to_contain_text("BatchNorm2d")
    drag(page, layers(page).nth(1), layers(page).nth(4), y=28)
    expect(layers(page).nth(4)).to_contain_text("BatchNorm2d")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(layers(page)).to_have_count(21)


def test_a_layer_pressed_before_the_answer_to_an_edit_can_still_be_dragged(app, page):
    visit(page, app.url)
    layers(page).nth(1).click()
    page.keyboard.press("+")
    page.keyboard.type("batch 2d")
    page.keyboard.press("Enter")
    layers(page).nth(2).hover()
    page.mouse.down()
    expect(layers(page).nth(2)).to_contain_text("96×54×54")  # the answer
    settle(page)
    for number in (3, 4):
        layers(page).nth(number).hover(position={"x": 200, "y": 28})
    page.mouse.up()
    expect(layers(page).nth(4)).to_contain_text("BatchNorm2d")


def test_layers_are_nested_copied_and_pasted_by_keyboard(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, app.url)
    layers(page).first.click()
    for name in ("residual", "conv2d same"):
        page.keyboard.press("+")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    expect(layers(page)).to_have_count(22)  # the first of both is the block ResidualBlock
    open_network(page, app, ["Residual: {body: ['Conv2d(out_channels=1, kernel_size=3, padding=1)']}", "ReLU()"])
    expect(layers(page)).to_have_count(5)  # and a row each for body and shortcut
    layers(page).nth(3).click()
    expect(selected(page)).to_contain_text("shortcut")
    page.keyboard.press("+")
    page.keyboard.type("conv2d")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Layer 0.shortcut.0 · Conv2d")).to_be_visible()
    expect(selected(page)).to_contain_text("kernel_size=1")
    page.keyboard.press("Control+c")
    page.keyboard.press("End")
    page.keyboard.press("Control+v")
    expect(layers(page)).to_have_count(7)
    expect(layers(page).last).to_contain_text("out_channels=1, kernel_size=1")
    layers(page).first.click()
    page.keyboard.press("ArrowLeft")
    expect(layers(page)).to_have_count(3)
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(2)


def test_a_block_is_unfolded_and_folded_again_by_keys_and_by_its_button(app, page):
    visit(page, f"{app.url}?network=vgg11")
    expect(layers(page)).to_have_count(13)
    layers(page).first.click()
    page.keyboard.press("u")
    expect(layers(page)).to_have_count(15)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("f")
    expect(layers(page)).to_have_count(13)
    expect(selected(page)).to_contain_text("VGGBlock")
    page.keyboard.press("Control+z")
    expect(layers(page)).to_have_count(15)
    page.get_by_role("button", name="Fold into VGGBlock").click()
    expect(layers(page)).to_have_count(13)


def test_what_cannot_be_pasted_says_why(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, app.url)
    page.evaluate("navigator.clipboard.writeText('- Conv3d(out_channels=4)')")
    layers(page).first.click()
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Conv3d")
    expect(layers(page)).to_have_count(21)


def test_a_container_dropped_on_what_is_inside_it_stays_where_it_is(app, page):
    open_network(page, app, ["ReLU()", RESIDUAL, "Tanh()"])
    drag(page, layers(page).nth(1), layers(page).nth(3), y=3)
    layers(page).last.click()
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(6)
    settle(page)
    expect(layers(page).nth(3)).to_contain_text("Conv2d")


def test_layers_are_selected_across_a_containers_parts_which_are_not(app, page):
    open_network(page, app, ["ReLU()", RESIDUAL, "Tanh()"])
    layers(page).first.click()
    for count in (2, 3, 4, 5):  # the container and what is inside it, past the rows of its parts
        page.keyboard.press("Shift+ArrowDown")
        expect(selected(page)).to_have_count(count)
    layers(page).first.click()
    layers(page).nth(5).click(modifiers=["ControlOrMeta"])
    expect(selected(page)).to_have_count(1)
    expect(selected(page)).to_contain_text("ReLU")


def test_undo_goes_on_before_the_opening_of_a_network_however_quickly_the_keys_are_pressed(app, page):
    open_network(page, app, ["ReLU()", "Tanh()", "Sigmoid()"])
    layers(page).first.click()
    page.keyboard.press("Delete")
    open_preset(page, "LeNet")
    expect(layers(page)).to_have_count(12)
    page.get_by_role("tree", name="Layers").focus()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(layers(page)).to_have_count(3)
    page.keyboard.press("Control+Shift+Z")
    page.keyboard.press("Control+Shift+Z")
    expect(layers(page)).to_have_count(12)


def test_keys_reach_neither_the_network_behind_a_dialog_nor_the_browsers_zoom(app, page):
    visit(page, app.url)
    layers(page).first.click()
    page.keyboard.press("Delete")
    expect(layers(page)).to_have_count(20)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    page.keyboard.press("Control++")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("+")
    page.keyboard.type("conv")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settle(page)
    expect(layers(page)).to_have_count(20)
    page.keyboard.press("Control+z")
    expect(layers(page)).to_have_count(21)


def test_the_list_shows_the_layer_that_was_chosen_in_the_drawing_and_the_page_stays(app, page):
    open_network(page, app, [f"Conv2d(out_channels={number}, kernel_size=1)" for number in range(1, 61)])
    expect(layers(page).last).not_to_be_in_viewport()
    drawn(page, "57").last.dispatch_event("click")
    expect(layers(page).nth(57)).to_have_attribute("aria-selected", "true")
    assert layers(page).nth(57).evaluate(IS_SEEN_IN_ITS_LIST)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0


def test_what_is_inside_a_copy_is_edited_before_the_server_has_made_the_copy(app, page):
    open_network(page, app, ["Sequential: ['ReLU()', 'Tanh()']"])
    layers(page).first.click()
    for key in ("Control+d", "ArrowDown", "ArrowDown", "Delete"):
        page.keyboard.press(key)
    expect(layers(page)).to_have_count(5)
    settle(page)
    expect(layers(page).last).to_contain_text("ReLU")
    expect(layers(page)).to_have_count(5)


IS_SEEN_IN_ITS_LIST = """row => {
  const [inner, outer] = [row, row.parentElement].map((element) => element.getBoundingClientRect());
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
}"""
