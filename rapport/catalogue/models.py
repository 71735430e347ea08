"""The nouns of this room: products, taxes, price lists."""

from rapport.catalogue.price_list import Price, PriceList  # noqa: F401 nouns of this room
from rapport.catalogue.product import Component, Period, Product, Tax, TaxRate  # noqa: F401 nouns of this room
