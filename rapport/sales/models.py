"""Orders and their lines; pipelines, deals and their moves; leads, where they come from and to whom they go."""

from rapport.sales.competitor import Competitor, Positioning, Rival  # noqa: F401 nouns of this room
from rapport.sales.deal import Deal, Move  # noqa: F401 nouns of this room
from rapport.sales.deal_line import DealLine  # noqa: F401 a noun of this room
from rapport.sales.enquiry import LeadSource, Route  # noqa: F401 nouns of this room
from rapport.sales.fulfilment import Billing, Delivery  # noqa: F401 nouns of this room
from rapport.sales.lead import Lead, LeadStep  # noqa: F401 nouns of this room
from rapport.sales.lesson import Lesson  # noqa: F401 a noun of this room
from rapport.sales.order import Order, OrderLine  # noqa: F401 nouns of this room
from rapport.sales.outlook import Outlook  # noqa: F401 nouns of this room
from rapport.sales.pipeline import Pipeline, Reason, Stage  # noqa: F401 nouns of this room
from rapport.sales.rate import Books, Rate  # noqa: F401 nouns of this room
from rapport.sales.standing import Standing  # noqa: F401 nouns of this room
from rapport.sales.target import Target  # noqa: F401 nouns of this room
