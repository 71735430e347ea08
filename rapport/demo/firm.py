"""The firm of the story: it makes and services coffee machines, for clinics, hotels, offices and homes."""

from dataclasses import dataclass
from decimal import Decimal

DOMAIN = "demo.example"
IBERIAN, GERMAN = "Alvorena Ibérica, Lda.", "Alvorena Deutschland GmbH"
ENTITIES = ((IBERIAN, "PT"), (GERMAN, "DE"))
PRO, HOME = "Alvorena Pro", "Casa Alvorena"
BRANDS = ((PRO, GERMAN), (HOME, IBERIAN))
ONBOARDING_TEAM = "Onboarding"
TEAMS = ("Iberia", "DACH", "UK & Ireland", "Homes", ONBOARDING_TEAM)
# How far each source is trusted when they disagree.
ERP, SHOP, OLD_CRM, NEWSLETTER, PBX, FAIR = (
    "ERP",
    "Web shop",
    "Old CRM",
    "Newsletter tool",
    "Phone system",
    "Trade fair leads",
)
SOURCES = ((ERP, 80), (SHOP, 65), (OLD_CRM, 45), (PBX, 35), (NEWSLETTER, 30), (FAIR, 20))
MAIL, CHAT, SMS, POST, FIELD, SITE, SOCIAL, PORTAL, SURVEYS, CAMPAIGNS, NOTES = (
    "Mailbox",
    "Chat",
    "SMS gateway",
    "Post room",
    "Field app",
    "Website",
    "Social media",
    "Customer portal",
    "Survey tool",
    "Campaign tool",
    "Notes",
)


@dataclass(frozen=True)
class Colleague:
    name: str
    role: str
    team: str
    language: str
    zone: str

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"

    @property
    def first(self) -> str:
        return self.name.split()[0]


LISBON, MADRID, BERLIN, LONDON = "Europe/Lisbon", "Europe/Madrid", "Europe/Berlin", "Europe/London"
# Roles of the firm's own, like agents: one sees only the customers that they look after, one those of their territories,
# one everybody's, since machines are set up everywhere.
FIELD_SALES, REGIONAL, ONBOARDING = "field-sales", "regional-sales", "onboarding"
OWN_ROLES = (
    (FIELD_SALES, "Field sales", "own"),
    (REGIONAL, "Regional sales", "territory"),
    (ONBOARDING, "Onboarding", "all"),
)
STAFF = (
    Colleague("Clara Brandt", "administrator", "", "en", BERLIN),
    Colleague("Mia Lopes", "manager", "Iberia", "en", LISBON),
    Colleague("Ana Klein", "agent", "Iberia", "en", LISBON),
    Colleague("Rui Pinto", "agent", "Iberia", "en", LISBON),
    Colleague("Carmen Ortega", "agent", "Iberia", "en", MADRID),
    Colleague("Jonas Weber", "manager", "DACH", "de", BERLIN),
    Colleague("Lena Vogt", "agent", "DACH", "de", BERLIN),
    Colleague("Stefan Huber", "agent", "DACH", "de", "Europe/Vienna"),
    Colleague("Nina Keller", "agent", "DACH", "de", "Europe/Zurich"),
    Colleague("Helen Marsh", "manager", "UK & Ireland", "en", LONDON),
    Colleague("Tom Ashby", FIELD_SALES, "UK & Ireland", "en", LONDON),
    Colleague("Priya Nair", "agent", "UK & Ireland", "en", LONDON),
    Colleague("Gwen Davies", REGIONAL, "UK & Ireland", "en", LONDON),
    Colleague("Sofia Duarte", "manager", "Homes", "en", LISBON),
    Colleague("Ben Fischer", "agent", "Homes", "de", BERLIN),
    Colleague("Lucy Grant", "agent", "Homes", "en", LONDON),
    Colleague("Rita Reis", "reader", "", "en", LISBON),
    Colleague("Nora Lind", ONBOARDING, ONBOARDING_TEAM, "en", LISBON),
    Colleague("Paul Hartig", ONBOARDING, ONBOARDING_TEAM, "de", BERLIN),
)
# Unit → the one above it; team → its unit; position → unit, who holds it, whether it leads.
UNITS = (("Alvorena", ""), ("Customers", "Alvorena"), ("Regions", "Customers"), ("Private customers", "Customers"))
UNIT_OF = {
    "Iberia": "Regions",
    "DACH": "Regions",
    "UK & Ireland": "Regions",
    "Homes": "Private customers",
    ONBOARDING_TEAM: "Customers",
}
POSITIONS = (
    ("Managing director", "Alvorena", "Clara", True),
    ("Head of customers", "Customers", "Helen", True),
    ("Head of regions", "Regions", "Jonas", True),
    ("Head of private customers", "Private customers", "Sofia", True),
    ("Quality of data", "Customers", "Rita", False),
    ("Training", "Customers", "", False),
)
# Territory → countries, postcodes, cities, who looks after it; Stefan has the role for it besides.
TERRITORIES = (
    ("North of England", ("GB",), (), ("Manchester", "Leeds", "York", "Sheffield"), ("Gwen",)),
    ("Eastern Switzerland", ("CH",), ("8", "9"), (), ("Stefan",)),
)
# Post → who holds it and stands in; the standing ones that are not here are vacant.
TERMS = (
    ("sponsor", "", "Clara", "Helen"),
    ("customers", "", "Helen", "Jonas"),
    ("voice", "", "Sofia", ""),
    ("process", "Complaints", "Mia", "Ana"),
)
# Domain → the parts of units, teams and positions in it.
DOMAINS = (
    ("Installation", (("R", "Iberia"), ("R", "DACH"), ("A", "Head of regions"), ("I", "Customers"))),
    ("Repairs", (("R", "Regions"), ("A", "Head of regions"), ("C", "Quality of data"))),
    ("Private orders", (("R", "Homes"), ("A", "Head of private customers"), ("A", "Head of customers"))),
    ("Complaints", (("R", "Regions"), ("R", "Private customers"), ("I", "Alvorena"))),
)
BY_FIRST = {one.first: one for one in STAFF}
ADMINISTRATOR, AGENT = BY_FIRST["Clara"], BY_FIRST["Ana"]
# Who left lately; nobody has taken her work yet.
LEAVER = "Nina"
LOOKS_AFTER = {
    "PT": ("Ana", "Rui"),
    "ES": ("Carmen", "Rui"),
    "DE": ("Lena", "Stefan", "Nina"),
    "AT": ("Stefan",),
    "CH": ("Nina",),
    "GB": ("Tom", "Priya"),
    "IE": ("Priya",),
}
TEAM_OF = {
    "PT": "Iberia",
    "ES": "Iberia",
    "DE": "DACH",
    "AT": "DACH",
    "CH": "DACH",
    "GB": "UK & Ireland",
    "IE": "UK & Ireland",
}
TECHNICIANS = {
    "PT": ("Nuno Prates", "Vasco Leitão"),
    "ES": ("Íñigo Salas", "Paco Rivera"),
    "DE": ("Herr Koslowski", "Herr Demir", "Frau Thiele"),
    "AT": ("Herr Moser",),
    "CH": ("Herr Zbinden",),
    "GB": ("Gareth", "Owen", "Sue"),
    "IE": ("Declan",),
}


@dataclass(frozen=True)
class Product:
    name: str
    price: Decimal
    code: str = ""


def priced(name: str, price: str, code: str = "") -> Product:
    return Product(name, Decimal(price), code)


MACHINES = {
    "office": (priced("Atria 20", "1890", "AT20"), priced("Atria 45", "3290", "AT45")),
    "clinic": (priced("Serena M", "2490", "SRM"), priced("Atria 20", "1890", "AT20")),
    "hotel": (priced("Boreal 80", "5900", "BO80"), priced("Boreal 120", "8400", "BO12")),
    "home": (priced("Lume 2", "449", "LU2"), priced("Lume 4", "799", "LU4")),
}
BEANS = (
    priced("Serra blend 1 kg", "19.90"),
    priced("Norte espresso 1 kg", "21.50"),
    priced("Brisa decaf 1 kg", "22.90"),
)
PARTS = (
    priced("Water filter F3", "14.90"),
    priced("Descaler 1 l", "12.50"),
    priced("Milk cleaner 500 ml", "9.80"),
    priced("Paper cups 200 ml, 1,000 pcs", "58.00"),
    priced("Cleaning tablets, 100 pcs", "17.40"),
    priced("Seal set", "24.00"),
)
CARE = priced("Care plan, one quarter", "117.00")
RATE = {"EUR": Decimal(1), "GBP": Decimal("0.87"), "CHF": Decimal("0.96")}
