"""The fields of a file of deals, with the names that others' exports give them."""

from django.utils.translation import gettext_lazy as _

from rapport.imports.field import DATES, NUMBERS, PLACES, field
from rapport.lib.suggest import WORDY

DEALS = (
    field(
        "external_id",
        _("Id in the source"),
        "id|deal id|opportunity id|record id|opportunity number|deal number|hs object id|chance id|vorgangsnummer",
        distinct=0.98,
    ),
    field(
        "name",
        _("What is it about"),
        "deal name|opportunity name|dealname|title|subject|titel|betreff|bezeichnung",
        WORDY,
    ),
    field(
        "customer",
        _("Customer's id or name"),
        "account|account name|account id|customer id|company|company name|organization|kunde|kundennummer|firma|client",
    ),
    field("pipeline", _("Pipeline"), "pipeline name|deal pipeline|sales process|record type", WORDY),
    field(
        "stage",
        _("Stage"),
        "deal stage|sales stage|stage name|dealstage|status|phase|verkaufsphase|stufe|etape",
        WORDY,
    ),
    field(
        "owner",
        _("Owner"),
        "sales agent|agent|sales rep|deal owner|opportunity owner|owner name|owner email|account manager|seller"
        "|zustandig|besitzer|verkaufer|betreuer",
    ),
    field("product", _("Product"), "product name|product code|product number|item|sku|artikel|produkt"),
    field(
        "amount",
        _("Amount"),
        "value|close value|deal value|deal amount|total|revenue|expected revenue|betrag|wert|summe|volumen",
        NUMBERS,
    ),
    field(
        "currency",
        _("Currency"),
        "currency code|deal currency|wahrung|waehrung|devise|moneda|currency iso code",
        PLACES,
    ),
    field(
        "probability", _("Own probability (%)"), "chance|win probability|wahrscheinlichkeit|deal probability", NUMBERS
    ),
    field(
        "opened_at",
        _("Opened"),
        "engage date|create date|created date|created at|created|open date|createdate|erstellt|eroffnet|angelegt am",
        DATES,
        by_values=True,
    ),
    field(
        "closed_at",
        _("Closed, or expected to"),
        "close date|closed at|closedate|won date|won time|closed date|abschluss|abschlussdatum|geschlossen",
        DATES,
        by_values=True,
    ),
    field("closes_on", _("Expected to close"), "expected close date|expected close|forecast date", DATES),
    field("next_step", _("Next step"), "next activity|nextstep|next steps|nachster schritt", WORDY),
    field("competitor", _("Competitor"), "competitors|lost to|rival|konkurrent|wettbewerber|mitbewerber", WORDY),
    field(
        "reason", _("Reason"), "lost reason|loss reason|closed lost reason|closed won reason|win reason|grund", WORDY
    ),
)
