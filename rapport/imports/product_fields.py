"""The fields of a file of products and prices, with the names that others' exports give them."""

from django.utils.translation import gettext_lazy as _

from rapport.imports.field import NUMBERS, PLACES, field
from rapport.lib.suggest import WORDY

PRODUCTS = (
    field(
        "number",
        _("Product number"),
        "sku|article number|article no|product number|product no|product code|item number|item no|artikelnummer"
        "|artikel nr|variant sku|reference",
    ),
    field(
        "name", _("Name"), "product name|product title|article|article name|artikelbezeichnung|bezeichnung|titel", WORDY
    ),
    field("family", _("Family"), "product family|product group|category|warengruppe|artikelgruppe|kategorie", PLACES),
    field("description", _("Description"), "product description|long description|beschreibung|text", WORDY),
    field("unit", _("Unit"), "unit of measure|uom|quantity unit|einheit|mengeneinheit|me", PLACES),
    field("tax", _("Tax"), "tax name|tax class|tax code|vat code|steuer|steuerklasse|mwst schlussel", PLACES),
    field("rate", _("Tax rate (%)"), "tax rate|vat|vat rate|mwst|mwst satz|ust|steuersatz|tax percent", NUMBERS),
    field("every", _("Billed every (months)"), "billing period|billing interval|abrechnung|intervall", PLACES),
    field("parent", _("Variant of (number)"), "parent|parent sku|parent number|master sku|hauptartikel|vaterartikel"),
    field(
        "variant",
        _("What makes the variant"),
        "variant name|variant title|option|colour|color|size|variante|farbe",
        PLACES,
    ),
    field("price", _("Price"), "unit price|list price|net price|sales price|preis|listenpreis|stuckpreis", NUMBERS),
    field("currency", _("Currency"), "currency code|price currency|wahrung|waehrung|devise|moneda", PLACES),
    field("price_list", _("Price list"), "pricelist|price book|price book name|preisliste", PLACES),
    field(
        "from_quantity", _("From quantity"), "min quantity|minimum quantity|quantity break|ab menge|staffel", NUMBERS
    ),
)
