import unittest

from shop.cart import Cart
from shop.prices import shown


class CartTest(unittest.TestCase):
    def test_an_empty_cart_costs_nothing(self):
        self.assertEqual(Cart().total(), 0)

    def test_quantity_and_discount_count(self):
        cart = Cart(discount=10)
        cart.add("pencil", 125, quantity=3)
        cart.add("paper", 499)
        self.assertEqual(shown(cart.total()), "7.87")


if __name__ == "__main__":
    unittest.main()
