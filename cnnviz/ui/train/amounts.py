"""Numbers of examples as a person writes them: a count, a share, or nothing."""

from cnnviz.errors import RecipeError, shorten

Amount = int | float | None


def parse_amount(text: str, name: str) -> Amount:
    """Read "5000" or "5,000" as a count, "10 %" or "0.1" as a share of 1, and nothing as None.

    Raises RecipeError naming the setting.
    """
    plain = "".join(text.split()).replace(",", "")
    if not plain:
        return None
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else _number(plain)
    except ValueError as error:
        raise RecipeError(
            f"{name} should be a count such as 5000, a share such as 10 %, or nothing, not {shorten(text)}"
        ) from error


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def amount_text(amount: Amount) -> str:
    """Write an amount as `parse_amount` reads it."""
    if amount is None:
        return ""
    return f"{amount:,}" if isinstance(amount, int) else f"{100 * amount:g} %"
