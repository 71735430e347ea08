"""What can be imported: the kinds of files and the fields of each, with the names that others' exports give them."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rapport.fields.models import About, Type, declared, living
from rapport.imports.agreed_fields import agreements
from rapport.imports.deal_fields import DEALS
from rapport.imports.field import DATES, NUMBERS, PLACES, Field, field
from rapport.imports.lead_fields import lead_fields
from rapport.imports.product_fields import PRODUCTS
from rapport.lib.suggest import WORDY, Wanted
from rapport.lib.values import Sort


class Kind(TextChoices):
    CUSTOMERS = "customers", _("Customers")
    COMPANIES = "companies", _("Companies")
    INTERACTIONS = "interactions", _("Interactions")
    ORDERS = "orders", _("Orders")
    DEALS = "deals", _("Deals")
    LEADS = "leads", _("Leads")
    PRODUCTS = "products", _("Products and prices")
    LINKS = "links", _("Links between records")


WHERE = (
    field(
        "street",
        _("Street"),
        "address|address line 1|address 1|street address|strasse|strasse hausnummer|anschrift|rue|adresse|work address"
        "|home address|business address|mailing address|other address",
        WORDY,
    ),
    field("city", _("City"), "town|ort|stadt|wohnort|ville|ciudad|citta|plaats|locality", WORDY),
    field(
        "postcode",
        _("Postcode"),
        "postal code|zip|zip code|zipcode|plz|postleitzahl|code postal|cap|codigo postal|mailing zip",
    ),
    field("region", _("Region"), "state|province|state region|county|bundesland|kanton|provincia|departement", PLACES),
    field(
        "country",
        _("Country"),
        "country region|country code|land|staat|pays|pais|paese|land region|nation",
        PLACES,
    ),
)
OFFICE = field(
    "country", _("Country"), "country region|country code|land|staat|pays|pais|paese|office location|nation", PLACES
)
REACHED = (
    field(
        "email",
        _("E-mail"),
        "email address|mail|e mail|email 1|email adresse|mail adresse|courriel|correo|correo electronico|indirizzo email"
        "|requester email|sender|from email|customer email|person email|email 2|second email|primary email|secondary email"
        "|alternate email",
        frozenset({Sort.EMAIL}),
        many=True,
        by_values=True,
        identifies=True,
    ),
    field(
        "phone",
        _("Phone"),
        "phone number|telephone|mobile|mobile phone|mobile number|cell|cell phone|tel|telefon|telefonnummer|mobil|handy"
        "|mobiltelefon|telefon geschaftlich|business phone|home phone|primary phone|telefono|telefone|whatsapp number"
        "|home|work",
        frozenset({Sort.PHONE, Sort.NUMBER}),
        many=True,
        identifies=True,
    ),
)
KEPT = (
    field("language", _("Language"), "sprache|locale|preferred language|langue|idioma|lang", PLACES),
    field(
        "tags",
        _("Tags"),
        "tag|labels|label|keywords|schlagworte|stichworte|categories|kategorien|etiquetas|category|group membership",
        WORDY,
        many=True,
    ),
    field(
        "owner",
        _("Owner"),
        "account owner|contact owner|owner email|assigned to|responsible|zustandig|besitzer|betreuer|sales agent|sales rep"
        "|assignee email",
    ),
    field("team", _("Team"), "owner team|assigned team|gruppe"),
)
WISHED = (
    field(
        "address_as",
        _("How to address them"),
        "address as|form of address|how to address|briefanrede|anredeform|salutation line|letter salutation|greeting",
        WORDY,
    ),
    field(
        "contact_by",
        _("Contact them by"),
        "preferred contact method|preferred channel|preferred contact channel|preferred method of contact|contact preference"
        "|preferred method|bevorzugter kanal|bevorzugte kontaktart|kontakt per|canal prefere",
        WORDY,
        many=True,
    ),
    field(
        "not_contact_by",
        _("Do not contact them by"),
        "no contact by|do not contact by|unwanted channels|kein kontakt per|nicht kontaktieren per",
        WORDY,
        many=True,
    ),
    field(
        "best_time",
        _("Best time"),
        "best time to call|best time to contact|best contact time|preferred time|preferred contact time|contact hours"
        "|erreichbar|beste zeit|erreichbarkeit",
        WORDY,
    ),
    field(
        "wish_language",
        _("Language to use"),
        "language to use|correspondence language|contact language|korrespondenzsprache",
        PLACES,
    ),
    field("interests", _("Interested in"), "interest|interested in|interessen|hobbies|hobby", WORDY, many=True),
)
CUSTOMERS = (
    field(
        "external_id",
        _("Id in the source"),
        "id|customer id|contact id|record id|user id|person id|lead id|kundennummer|kundennr|kunden nr|kunden id|customer number"
        "|account id|external key|client id|crm id|vid|contact vid|customer no|customerid|nummer",
        distinct=0.5,
        identifies=True,
    ),
    field(
        "name",
        _("Name"),
        "full name|display name|customer name|contact name|fullname|name des kunden|kunde|nom complet|nombre completo"
        "|vollstandiger name|client name|requester name",
        WORDY,
        identifies=True,
    ),
    field(
        "first_name",
        _("First name"),
        "given name|firstname|forename|vorname|prenom|nombre|nome|voornaam|fname|christian name|first",
        WORDY,
    ),
    field(
        "last_name",
        _("Last name"),
        "surname|family name|lastname|nachname|familienname|zuname|nom|apellido|apellidos|cognome|achternaam|sobrenome|lname|last",
        WORDY,
    ),
    *REACHED,
    field("account", _("Account number"), "account number|kontonummer|iban|konto|membership number", identifies=True),
    field("social", _("Social name"), "twitter|twitter handle|handle|instagram|linkedin|screen name", identifies=True),
    field(
        "company",
        _("Company"),
        "company name|organization|organisation|organization name|account name|firma|firmenname|unternehmen|employer|societe"
        "|empresa|azienda|associated company|business name",
        WORDY,
    ),
    field("company_role", _("Role at the company"), "job title|title|position|role|jobtitle|funktion|beruf", WORDY),
    *WHERE,
    field("time_zone", _("Time zone"), "timezone|user timezone|zeitzone", WORDY),
    field("website", _("Website"), "url|web|homepage|webseite|web page|web site", frozenset({Sort.URL})),
    *KEPT,
    *WISHED,
)
COMPANIES = (
    field(
        "external_id",
        _("Id in the source"),
        "id|company id|account id|organization id|record id|kundennummer|firmennummer|debitor|debitorennummer|company number",
        distinct=0.5,
        identifies=True,
    ),
    field(
        "name",
        _("Name"),
        "company name|company|account name|account|organization|organisation|firma|firmenname|unternehmen|business name"
        "|organization name|property name|nom|empresa|societe",
        WORDY,
        identifies=True,
    ),
    *REACHED,
    field(
        "website",
        _("Website"),
        "domain|url|web|homepage|webseite|company domain name|web page|web site|company website",
        frozenset({Sort.URL}),
    ),
    *WHERE[:-1],
    OFFICE,
    field("industry", _("Industry"), "sector|branche|industrie|secteur|vertical|industria", WORDY, many=True),
    field(
        "parent",
        _("Part of"),
        "parent company|parent account|subsidiary of|muttergesellschaft|konzern|part of|parent",
        WORDY,
    ),
    *KEPT,
    *WISHED,
)
INTERACTIONS = (
    field(
        "external_id",
        _("Id in the source"),
        "id|ticket id|message id|interaction id|engagement id|case id|case number|ticket number|tweet id|event id|call id"
        "|conversation id|activity id|vorgangsnummer|ticketnummer|complaint id",
        distinct=0.98,
    ),
    field(
        "occurred_at",
        _("When"),
        "date|created at|created|created date|create date|createdate|timestamp|time|sent at|received at|occurred at|datum"
        "|zeitpunkt|erstellt|erstellt am|date received|activity date|tweet created|hs timestamp|start time|fecha|quand|at",
        DATES,
        by_values=True,
    ),
    field("channel", _("Channel"), "channel type|medium|via|kanal|source type|submitted via|canal", PLACES),
    field("direction", _("Direction"), "richtung|inbound outbound", PLACES),
    field("kind", _("Kind"), "type|interaction type|activity type|ticket type|art|typ|event type", WORDY),
    field(
        "subject",
        _("Subject"),
        "title|summary|betreff|titel|thema|topic|headline|email subject|objet|asunto|oggetto",
        WORDY,
    ),
    field(
        "text",
        _("Text"),
        "body|message|content|description|comment|note|notes|nachricht|inhalt|beschreibung|texto|review|narrative|mensagem"
        "|hs email text|email text|hs body preview|body preview|consumer complaint narrative|transcript",
        WORDY,
    ),
    field(
        "customer",
        _("Customer's id or name"),
        "customer id|contact id|requester id|kundennummer|account|account id|user id",
    ),
    *REACHED,
    field("account", _("Account number"), "account number|kontonummer|membership number", identifies=True),
    field(
        "social",
        _("Social name"),
        "twitter|twitter handle|handle|screen name|username|author|user name|author id",
        identifies=True,
    ),
    field("cookie", _("Browser"), "cookie id|visitor id|anonymous id|client id|browser id", identifies=True),
    field("name", _("Customer's name"), "customer name|contact name|requester name|full name|kunde", WORDY),
    field("amount", _("Amount"), "value|betrag|sum|total|montant|importe|deal value", NUMBERS),
    field("currency", _("Currency"), "currency code|wahrung|devise|moneda|waehrung", PLACES),
    field("brand", _("Brand"), "marke|product brand|marque", WORDY),
    field("touchpoint", _("Touchpoint"), "page|url|location|campaign|landing page"),
)
ORDERS = (
    field(
        "external_id",
        _("Order number"),
        "id|order id|order number|order no|invoice|invoice no|invoice number|invoiceno|invoice id|opportunity id|deal id"
        "|bestellnummer|auftragsnummer|rechnungsnummer|transaction id|receipt|receipt number|basket id|order|commande|pedido|name",
    ),
    field(
        "line",
        _("Line"),
        "line number|line no|line item|row id|position|pos|zeile|position number|line id|lineitem",
    ),
    field(
        "customer",
        _("Customer's id or name"),
        "customer id|customerid|account|account id|account name|client id|kundennummer|kunde|kundennr|household id|company"
        "|user id|customer number|cust id|household key",
    ),
    *REACHED,
    field(
        "ordered_at",
        _("Ordered"),
        "date|order date|invoice date|invoicedate|purchase date|transaction date|close date|created at|bestelldatum|datum"
        "|rechnungsdatum|auftragsdatum|created date|effective date|fecha|paid at|placed on|timestamp|closedate",
        DATES,
        by_values=True,
    ),
    field(
        "product",
        _("Product"),
        "description|product name|item|article|sku|stock code|product code|artikel|produkt|bezeichnung|lineitem name|name"
        "|product id|item name|produit|producto|artikelbezeichnung",
    ),
    field(
        "quantity",
        _("Quantity"),
        "qty|units|count|menge|anzahl|stuck|stueck|lineitem quantity|quantite|cantidad|pieces",
        NUMBERS,
    ),
    field(
        "unit_price",
        _("Unit price"),
        "price|unitprice|price each|einzelpreis|preis|stuckpreis|lineitem price|prix|precio|sales price|list price",
        NUMBERS,
    ),
    field(
        "amount",
        _("Amount"),
        "total|value|sales|revenue|close value|total price|line total|betrag|gesamt|gesamtpreis|umsatz|summe|total amount"
        "|montant|importe|sales value|spend|dollars|grand total|deal amount",
        NUMBERS,
    ),
    field("currency", _("Currency"), "currency code|wahrung|waehrung|devise|moneda|currency iso code", PLACES),
    field("brand", _("Brand"), "marke|shop|store brand", WORDY),
)
# Ids of two records of named sources, and what the first is to the second. Only a migration makes such plans.
LINKS = (
    field("from", _("Record")),
    field("to", _("Linked to")),
    field("from_source", _("Where the record comes from")),
    field("to_source", _("Where the other one comes from")),
    field("means", _("How they are linked")),
    field("role", _("Role")),
)
FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.CUSTOMERS: CUSTOMERS,
    Kind.COMPANIES: COMPANIES,
    Kind.INTERACTIONS: INTERACTIONS,
    Kind.ORDERS: ORDERS,
    Kind.DEALS: DEALS,
    Kind.LEADS: lead_fields(REACHED),
    Kind.PRODUCTS: PRODUCTS,
    Kind.LINKS: LINKS,
}
KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CUSTOMERS: ("external_id", "email", "phone", "name"),
    Kind.COMPANIES: ("external_id", "email", "phone", "name"),
    Kind.INTERACTIONS: ("external_id",),
    Kind.ORDERS: ("external_id",),
    Kind.DEALS: ("external_id",),
    Kind.LEADS: ("external_id",),
    Kind.PRODUCTS: ("number",),
    Kind.LINKS: (),
}
# What a file can be said to hold.
KINDS = tuple(kind for kind in Kind if kind is not Kind.LINKS)
CHOICES = [(kind.value, kind.label) for kind in KINDS]


ABOUT = {Kind.CUSTOMERS: About.PERSON, Kind.COMPANIES: About.COMPANY}
SORTS = {Type.NUMBER: NUMBERS, Type.MONEY: NUMBERS, Type.DATE: DATES}


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields of a kind, with those of the organisation's own; read once and handed on."""
    about = ABOUT.get(kind)
    own = [one for one in living(declared(), about) if not one.computed] if about else []
    return (
        *FIELDS[kind],
        *(
            Field(one.claim, one.label, Wanted(one.claim, (one.label, one.key), SORTS.get(Type(one.type), frozenset())))
            for one in own
        ),
        *(agreements() if about else ()),
    )


def wanted(kind: Kind) -> tuple[Wanted, ...]:
    return tuple(one.wanted for one in fields_of(kind) if not one.name.startswith("consent"))


def names(kind: Kind) -> tuple[str, ...]:
    return tuple(one.name for one in fields_of(kind))


def takes_many(kind: Kind, name: str) -> bool:
    return any(one.wanted.many for one in FIELDS[kind] if one.name == name)
