"""Prices in cents."""


def discounted(price: int, percent: int) -> int:
    """The price after a discount, rounded to the nearest cent."""
    return price - price // 100 * percent


def shown(price: int) -> str:
    """The price as customers read it."""
    return f"{price // 100}.{price % 100:02d}"
