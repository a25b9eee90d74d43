import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import settle, visit, wait_until

pytestmark = pytest.mark.browser

CURVES = ".live-curves"


def choose(page: Page, box: str, option: str) -> None:
    page.get_by_test_id("stSelectbox").filter(has_text=box).get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def set_number(page: Page, label: str, value: float) -> None:
    box = page.get_by_label(label, exact=True)
    box.fill(str(value))
    box.press("Enter")
    settle(page)


def num_points(page: Page) -> int:
    return int(page.locator(CURVES).get_attribute("data-points") or 0)


def status(page: Page, label: str):
    return page.get_by_text(re.compile(rf"{label}$"))


def launch_lenet_on_shapes(app, page: Page, *, epochs: int) -> None:
    """Train on few enough examples that an epoch takes a moment: five steps, and the test set."""
    visit(page, app.url)
    choose(page, "Network", "LeNet")
    expect(page.get_by_role("treeitem")).to_have_count(12)
    expect(page.get_by_text("61.7 k", exact=True)).to_be_visible()
    settle(page)
    page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True).click()
    choose(page, "Data set", "Shapes")
    set_number(page, "Examples", "1,280")
    set_number(page, "Epochs", epochs)
    page.get_by_role("button", name="Start training").click()
    expect(status(page, "Running")).to_be_visible(timeout=60_000)


def epoch_range(page: Page) -> list[float]:
    return page.evaluate(f"[...document.querySelector('{CURVES} .js-plotly-plot')._fullLayout.xaxis.range]")


def zoom_by_mouse(page: Page) -> None:
    box = page.locator(f"{CURVES} .nsewdrag").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 220, steps=5)
    page.mouse.up()


def press(page: Page, name: str) -> None:
    settle(page)  # buttons that have just come may be drawn once more, quicker than a person looks
    page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()


def test_a_run_grows_keeps_its_zoom_pauses_survives_reload_and_restart_and_stops(app, page):
    launch_lenet_on_shapes(app, page, epochs=5000)
    wait_until(lambda: num_points(page) > 5, seconds=120, what="points arrive")
    assert epoch_range(page) == [0, 5000]
    zoom_by_mouse(page)
    zoomed = epoch_range(page)
    assert zoomed[1] < 2500
    before = num_points(page)
    wait_until(lambda: num_points(page) > before + 5, seconds=120, what="more points arrive")
    assert epoch_range(page) == zoomed

    press(page, "Pause")
    expect(status(page, "Paused")).to_be_visible(timeout=60_000)
    paused_at = num_points(page)
    press(page, "Resume")
    expect(status(page, "Running")).to_be_visible(timeout=60_000)
    wait_until(lambda: num_points(page) > paused_at, seconds=120, what="the run goes on where it was")

    run_address = page.url
    assert re.search(r"run=[0-9a-f]{8}", run_address)
    page.reload()
    wait_until(lambda: num_points(page) > paused_at, seconds=60, what="the curves are back")

    page.goto("about:blank")  # neither page nor server is there: the run goes on
    app.stop()
    app.start()
    visit(page, run_address)
    expect(status(page, "Running")).to_be_visible()
    press(page, "Stop")
    expect(status(page, "Stopped")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"Stopped at step [\d,]+ of 25,000"))).to_be_visible()
    wait_until(lambda: epoch_range(page)[1] < 5000, seconds=60, what="the axis ends where the run ended")


def test_a_finished_run_prints_the_books_two_lines_and_shows_its_layers_and_curves_as_one_likes(app, page):
    launch_lenet_on_shapes(app, page, epochs=2)
    ending = page.get_by_test_id("stCode")
    expect(ending).to_contain_text(
        re.compile(r"loss \d\.\d{3}, train acc \d\.\d{3}, test acc \d\.\d{3}"), timeout=120_000
    )
    expect(ending).to_contain_text(re.compile(r"[\d.]+ examples/sec on (cpu|cuda:0|mps)"))
    assert num_points(page) == 2 * (5 + 1)  # five steps an epoch, each a point, and one test point
    page.get_by_role("radio", name="Layers").click()
    layers = page.locator(CURVES).nth(1)
    expect(layers.locator(".scatterlayer .trace")).to_have_count(2 * 5)  # norm and ratio of the five with weights

    # What is drawn, and how, is chosen without the server, and remembered.
    traces = page.locator(CURVES).first.locator(".scatterlayer .trace")
    expect(traces).to_have_count(3)
    expect(page.get_by_role("button", name="valid acc")).to_be_hidden()
    page.get_by_role("button", name="train acc").click()
    expect(traces).to_have_count(2)
    expect(page.get_by_role("button", name="train acc")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("slider", name="Smoothing").first.fill("50")
    expect(traces).to_have_count(3)  # the loss, smoothed, beside itself
    page.get_by_role("combobox", name="Axis").first.select_option("step")
    assert epoch_range(page) == [0, 10]
    page.reload()
    expect(page.get_by_role("combobox", name="Axis").first).to_have_value("step")
    expect(traces).to_have_count(3)
