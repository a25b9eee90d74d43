"""Numbers and shapes as people read them: three digits and a unit."""

from collections.abc import Sequence

_COUNTS = ((1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k"))
_BYTES = ((1e12, " TB"), (1e9, " GB"), (1e6, " MB"), (1e3, " kB"))


def count_text(count: float) -> str:
    """Write a count with three digits: 46,764,746 as "46.8 M"."""
    return _scaled(count, _COUNTS, unit="")


def bytes_text(num_bytes: float) -> str:
    """Write a size in bytes with three digits and decimal units: 187,058,984 as "187 MB"."""
    return _scaled(num_bytes, _BYTES, unit=" B")


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape without its batch: "96×54×54"."""
    return "×".join(str(size) for size in shape)


def percent_text(share: float) -> str:
    """Write a share of 1 as a whole percentage, and what is above 0 but below 1 % as "< 1 %"."""
    return "< 1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def duration_text(seconds: float) -> str:
    """Write a duration as "42 s", "3 min 05 s" or "2 h 07 min"."""
    total = round(seconds)
    if total < 60:
        return f"{total} s"
    if total < 3600:
        return f"{total // 60} min {total % 60:02d} s"
    return f"{total // 3600} h {total % 3600 // 60:02d} min"


def plural(count: int, noun: str) -> str:
    """Write "1 channel" or "1,024 channels"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def capitalized(sentence: str) -> str:
    """Return a sentence with a capital at its start and the rest as it is."""
    return sentence[:1].upper() + sentence[1:]


def _scaled(value: float, scales: Sequence[tuple[float, str]], *, unit: str) -> str:
    for factor, prefix in scales:
        if value >= 0.9995 * factor:
            scaled = value / factor
            digits = max(0, 3 - len(f"{scaled:.0f}")) if scaled < 999.5 else 0
            return f"{scaled:,.{digits}f}{prefix}"
    return f"{value:,.0f}{unit}"
