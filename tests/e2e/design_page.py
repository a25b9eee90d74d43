"""What browser tests find and do on the Design page."""

from playwright.sync_api import Locator, Page, expect

from cnnviz.network.document import parse
from cnnviz.network.link import to_link_text
from tests.e2e.conftest import settle, visit


def layers(page: Page):
    return page.get_by_role("treeitem")


def selected(page: Page):
    return page.locator("ul.layers li[aria-selected=true]")


def drawn(page: Page, path: str):
    """The shapes and labels of a layer in the drawing."""
    return page.locator(f'.drawing [data-layer="{path}"]')


def drag(page: Page, source: Locator, target: Locator, *, y: int) -> None:
    """Drag a row onto another one, so far beneath its upper edge, as a hand does: the mouse moves more than once."""
    source.hover()
    page.mouse.down()
    for x in (190, 200):
        target.hover(position={"x": x, "y": y})
    page.mouse.up()


def set_number(page: Page, label: str, value: int) -> None:
    box = page.get_by_label(label, exact=True)
    settle(page)
    expect(box).to_have_count(1)  # the widgets of the layer selected before are gone
    box.fill(str(value))
    box.press("Enter")
    settle(page)


def open_preset(page: Page, name: str) -> None:
    page.get_by_test_id("stSelectbox").filter(has_text="Network").get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    settle(page)


def open_network(page: Page, app, lines: list[str]) -> None:
    """Open a network of these layers by its link."""
    network = parse("input_shape: [1, 16, 16]\nlayers:\n" + "".join(f"- {line}\n" for line in lines))
    visit(page, f"{app.url}/?network={to_link_text(network)}")
