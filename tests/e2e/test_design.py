"""Parameters, totals and problems of the network on the Design page."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import settle, visit
from tests.e2e.design_page import drawn, layers, set_number

pytestmark = pytest.mark.browser


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
