import random
import re

import pytest
from playwright.sync_api import Page, expect

from cnnviz.network.document import parse
from cnnviz.network.link import to_link_text
from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser


def layers(page: Page):
    return page.get_by_role("treeitem")


def selected(page: Page):
    return page.locator("ul.layers li[aria-selected=true]")


def drawn(page: Page, path: str):
    """The shapes and labels of a layer in the drawing."""
    return page.locator(f'.drawing [data-layer="{path}"]')


def set_number(page: Page, label: str, value: int) -> None:
    box = page.get_by_label(label, exact=True)
    expect(box).to_have_count(1)  # the widgets of the layer selected before are gone
    box.fill(str(value))
    box.press("Enter")
    settle(page)


def test_an_edit_of_the_first_convolution_shows_in_list_drawing_and_table(app, page):
    visit(page, app.url)
    expect(layers(page)).to_have_count(21)
    layers(page).first.click()
    expect(layers(page).first).to_contain_text("96×54×54")
    expect(drawn(page, "0").filter(has_text="96×54×54")).to_be_visible()
    set_number(page, "stride", 2)
    expect(layers(page).first).to_contain_text("stride=2")
    expect(layers(page).first).to_contain_text("96×107×107")
    expect(drawn(page, "0").filter(has_text="96×107×107")).to_be_visible()
    settle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Table as CSV").click()
    assert 'stride=2)",1×224×224,96×107×107,11712,' in download.value.path().read_text()


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


def test_a_fix_is_applied_with_a_click(app, page):
    visit(page, app.url)
    layers(page).nth(12).click()
    expect(page.get_by_text("Layer 12 · MaxPool2d")).to_be_visible()
    set_number(page, "kernel_size", 13)
    expect(page.get_by_test_id("stAlert")).to_contain_text("does not fit")
    page.get_by_role("button", name="Apply").first.click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_a_network_that_breaks_names_the_layer_and_keeps_the_good_rows(app, page):
    visit(page, app.url)
    layers(page).nth(12).click()
    expect(page.get_by_text("Layer 12 · MaxPool2d")).to_be_visible()
    set_number(page, "kernel_size", 13)
    message = page.get_by_test_id("stAlert")
    expect(message).to_contain_text("Layer 12 · MaxPool2d does not fit")
    expect(message).to_contain_text("13×13 window is larger than the 12×12 map")
    expect(layers(page).nth(12)).to_contain_text("does not fit")
    expect(layers(page).nth(11)).to_contain_text("256×12×12")
    expect(layers(page)).to_have_count(21)
    set_number(page, "kernel_size", 3)
    expect(message).to_have_count(0)
    expect(layers(page).nth(12)).to_contain_text("256×5×5")


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
    layers(page).nth(1).drag_to(layers(page).nth(4), target_position={"x": 200, "y": 28})
    expect(layers(page).nth(4)).to_contain_text("BatchNorm2d")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(layers(page)).to_have_count(21)


def test_the_preset_input_classes_and_width_change_everything(app, page):
    visit(page, app.url)
    page.get_by_test_id("stSelectbox").filter(has_text="Network").get_by_role("combobox").click()
    page.get_by_role("option", name="VGG-11", exact=True).click()
    expect(page.get_by_text("129 M", exact=True)).to_be_visible()
    page.get_by_test_id("stSelectbox").filter(has_text="Width").get_by_role("combobox").click()
    page.get_by_role("option", name="×1/4", exact=True).click()
    expect(page.get_by_text("43.1 M", exact=True)).to_be_visible()
    set_number(page, "Classes", 5)
    expect(layers(page).last).to_contain_text("out_features=5")
    shape = page.get_by_label("Input (C × H × W)", exact=True)
    shape.fill("3, 64")
    shape.press("Enter")
    expect(page.get_by_test_id("stAlert")).to_contain_text("must be channels, height and width")
    expect(layers(page).last).to_contain_text("out_features=5")
    shape.fill("3, 64, 64")
    shape.press("Enter")
    expect(layers(page).nth(4)).to_contain_text("128×2×2")


def test_a_number_out_of_range_is_refused_in_words_and_the_box_shows_what_is(app, page):
    visit(page, app.url)
    for padding, value in enumerate(("0", "99999", ""), start=1):
        box = page.get_by_label("out_channels", exact=True)
        box.fill(value)
        box.press("Enter")
        expect(page.get_by_test_id("stAlert")).to_contain_text("out_channels must be a whole number from 1 to 65536")
        expect(box).to_have_value("96")
        set_number(page, "padding", padding)  # a good edit takes the message away
        expect(page.get_by_test_id("stAlert")).to_have_count(0)


def open_preset(page: Page, name: str) -> None:
    page.get_by_test_id("stSelectbox").filter(has_text="Network").get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    settle(page)


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


def test_what_cannot_be_pasted_says_why(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit(page, app.url)
    page.evaluate("navigator.clipboard.writeText('- Conv3d(out_channels=4)')")
    layers(page).first.click()
    page.keyboard.press("Control+v")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Conv3d")
    expect(layers(page)).to_have_count(21)


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
    expect(page.get_by_test_id("stAlert")).to_contain_text("layer 0")
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


def open_network(page: Page, app, lines: list[str]) -> None:
    """Open a network of these layers by its link."""
    network = parse("input_shape: [1, 16, 16]\nlayers:\n" + "".join(f"- {line}\n" for line in lines))
    visit(page, f"{app.url}/?network={to_link_text(network)}")


def test_two_hundred_quick_operations_are_all_applied_in_order_and_undone(app, page):
    """The list does what a plain Python list would, however quickly the keys follow each other."""
    start = [f"Conv2d(out_channels={number}, kernel_size=1)" for number in range(1, 46)]
    open_network(page, app, start)
    expect(layers(page)).to_have_count(45)
    layers(page).nth(20).click()
    wanted, cursor, dice = list(start), 20, random.Random(1)
    for _ in range(200):
        key = dice.choice([*KEYS])
        page.keyboard.press(key)
        wanted, cursor = KEYS[key](wanted, cursor)
        page.wait_for_timeout(dice.randrange(51))
    page.get_by_role("radio", name="Network as text").click()
    expect(page.get_by_role("textbox", name="The network as text")).to_have_value(
        re.compile(re.escape(as_text(wanted)) + "$")
    )
    page.locator("ul.layers").focus()
    for _ in range(200):
        page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    expect(page.get_by_role("textbox", name="The network as text")).to_have_value(
        re.compile(re.escape(as_text(start)) + "$")
    )


def as_text(lines: list[str]) -> str:
    return "layers:\n" + "".join(f"  - {line}\n" for line in lines)


def swapped(lines: list[str], cursor: int, other: int) -> tuple[list[str], int]:
    if not 0 <= other < len(lines):
        return lines, cursor
    lines[cursor], lines[other] = lines[other], lines[cursor]
    return lines, other


def deleted(lines: list[str], cursor: int) -> tuple[list[str], int]:
    del lines[cursor]
    return lines, min(cursor, len(lines) - 1)


KEYS = {
    "ArrowDown": lambda lines, cursor: (lines, min(cursor + 1, len(lines) - 1)),
    "ArrowUp": lambda lines, cursor: (lines, max(cursor - 1, 0)),
    "Alt+ArrowDown": lambda lines, cursor: swapped(lines, cursor, cursor + 1),
    "Alt+ArrowUp": lambda lines, cursor: swapped(lines, cursor, cursor - 1),
    "Control+d": lambda lines, cursor: ([*lines[: cursor + 1], *lines[cursor:]], cursor + 1),
    "Delete": deleted,
    "Home": lambda lines, cursor: (lines, 0),
    "End": lambda lines, cursor: (lines, len(lines) - 1),
}
"""What each key does to a plain list and the place of its cursor."""
