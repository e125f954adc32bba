"""What a customer is about to buy."""

from shop.prices import discounted


class Cart:
    def __init__(self, discount: int = 0) -> None:
        self.discount = discount
        self.items: list[tuple[str, int, int]] = []

    def add(self, name: str, price: int, quantity: int = 1) -> None:
        self.items.append((name, price, quantity))

    def total(self) -> int:
        """What the customer pays, in cents."""
        return discounted(sum(price for _, price, _ in self.items), self.discount)
