"""Operations in the list of layers, however quickly they follow each other."""

import random
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.design_page import layers, open_network

pytestmark = pytest.mark.browser


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
