"""Round numbers along an axis."""

import math


def ticks(largest: float, *, most: int = 4) -> tuple[float, ...]:
    """Return 0 and up to `most` multiples of 1, 2, 2.5 or 5 times a power of ten, the last not below `largest`."""
    if largest <= 0:
        return (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10(largest / most))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * most >= largest * (1 - 1e-9))
    return tuple(step * number for number in range(math.ceil(largest / step - 1e-9) + 1))


def tick_text(text: str) -> str:
    """Return a number with its unit without zeros after its point: "50.0 M" as "50 M"."""
    number, space, unit = text.partition(" ")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}{space}{unit}"
