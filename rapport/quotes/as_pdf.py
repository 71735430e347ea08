"""Write a quote as PDF."""

from collections.abc import Sequence
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos
from fpdf.fonts import FontFace

import rapport.ui
from rapport.catalogue.product import Period
from rapport.quotes.quote import Quote
from rapport.quotes.sums import Offer, offer_of
from rapport.ui.templatetags.sums import exactly, price, term
from rapport.ui.templatetags.ui import day_in, locale, money

FONTS = Path(rapport.ui.__file__).parent / "static" / "ui" / "built"
# One family in pieces; a letter that the first lacks is taken from the next.
PIECES = ("latin", "latin-ext", "cyrillic", "greek")
INK, SOFT = (32, 36, 43), (100, 106, 116)
MARGIN = 18


class Paper(FPDF):
    """A4 with our fonts and a foot on each page."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 6)
        known = [one for one in PIECES if (FONTS / f"inter-{one}-wght-normal.woff2").exists()]
        for one in known:
            self.add_font(one, "", FONTS / f"inter-{one}-wght-normal.woff2")
        self.set_fallback_fonts(known[1:])
        self.main = known[0] if known else "helvetica"
        self.set_text_color(*INK)

    def write_in(self, size: float, *, bold: bool = False, soft: bool = False) -> None:
        colour = SOFT if soft else INK
        self.set_font(self.main, "", size)
        self.set_text_color(*colour)
        # Cutting a bold weight out of the variable font takes seconds; a thin line around letters takes none.
        self.text_mode = TextMode.FILL_STROKE if bold else TextMode.FILL
        self.set_draw_color(*colour)
        self.set_line_width(size * 0.012)

    def say(self, text: str, size: float = 9.5, *, bold: bool = False, soft: bool = False) -> None:
        """A paragraph over the whole width."""
        self.write_in(size, bold=bold, soft=soft)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.write_in(8, soft=True)
        self.cell(0, 5, f"{self.foot} · {self.page_no()}/{{nb}}", align="R")


def as_pdf(quote: Quote, *, language: str) -> bytes:
    """In the customer's language."""
    with translation.override(language):
        return bytes(drawn(offer_of(quote)).output())


def drawn(offer: Offer) -> Paper:
    quote = offer.quote
    paper = Paper(f"{quote.number}, {_('version')} {quote.version}")
    paper.set_title(f"{_('Quote')} {quote.number}")
    paper.set_creation_date(quote.created_at)
    paper.add_page()
    heading(paper, quote)
    if quote.note:
        paper.say(quote.note)
        paper.ln(4)
    table(paper, offer)
    paper.ln(3)
    for group in offer.groups:
        totals(paper, offer, group.every)
    paper.ln(4)
    if quote.terms:
        paper.say(_("Terms and conditions"), 10.5, bold=True)
        paper.say(quote.terms, 8.5)
    if quote.is_ours:
        paper.ln(4)
        paper.say(_("A draft: not an offer yet."), 9, bold=True, soft=True)
    return paper


def heading(paper: Paper, quote: Quote) -> None:
    seller = seller_of(quote)
    paper.say(seller[0] if seller else "Rapport", 15, bold=True)
    for line in seller[1:]:
        paper.say(line, 8.5, soft=True)
    paper.ln(8)
    customer = quote.customer
    for line in address_lines(quote):
        paper.say(line, 10, bold=line == customer.name)
    paper.ln(8)
    paper.say(f"{_('Quote')} {quote.number}", 17, bold=True)
    facts = [
        f"{_('Day')}: {day_in(quote.day, 'medium', locale())}",
        f"{_('Valid until')}: {day_in(quote.valid_until, 'medium', locale())}",
    ]
    if quote.version > 1:
        facts.append(f"{_('Version')}: {quote.version}")
    facts.append(f"{_('Your contact')}: {quote.owner}")
    paper.say(" · ".join(facts), 9, soft=True)
    paper.ln(5)


def seller_of(quote: Quote) -> Sequence[str]:
    if quote.brand is None:
        return ()
    return tuple(dict.fromkeys((quote.brand.name, quote.brand.legal_entity.name)))


def address_lines(quote: Quote) -> list[str]:
    one = quote.customer
    place = " ".join(part for part in (one.postcode, one.city) if part)
    return [part for part in (one.name, one.street, place) if part]


def table(paper: Paper, offer: Offer) -> None:
    quote = offer.quote
    paper.write_in(8.5)
    head = (_("What"), _("Quantity"), _("Unit price"), _("Discount"), _("Tax"), _("Amount"))
    with paper.table(
        col_widths=(46, 14, 16, 12, 10, 18),
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(color=SOFT),
        line_height=4.6,
        padding=(1.4, 1),
    ) as rows:
        rows.row(head)
        for line, amounts in offer.lines:
            words = line.name + (f"\n{line.description}" if line.description else "")
            if line.every:
                words += f"\n{Period(line.every).label}, {term(line.months or line.every)}"
            rows.row(
                (
                    words,
                    f"{exactly(line.quantity)} {line.unit}".strip(),
                    price(line.unit_price, quote.currency),
                    f"{exactly(line.discount)} %" if line.discount else "",
                    f"{exactly(line.tax)} %",
                    money(amounts.line, quote.currency),
                )
            )


def totals(paper: Paper, offer: Offer, every: int | None) -> None:
    """What is billed in these steps comes to, tax by tax."""
    quote = offer.quote
    group = next(one for one in offer.groups if one.every == every)
    lines: list[tuple[str, str, bool]] = []
    if group.sum.shared:
        off = _("Discount of %(percent)s %%") % {"percent": exactly(quote.discount)}
        lines.append((off, f"−{money(group.sum.shared, quote.currency)}", False))
    lines.append((_("Without tax"), money(group.sum.net, quote.currency), False))
    lines += [
        (f"{_('Tax')} {exactly(tax.percent)} %", money(tax.tax, quote.currency), False)
        for tax in group.sum.taxes
        if tax.percent
    ]
    several = len(offer.groups) > 1 or every
    whole = f"{_('Total')} {group.words if several else ''}".strip()
    lines.append((whole, money(group.sum.gross, quote.currency), True))
    for words, amount, bold in lines:
        paper.write_in(9.5 if bold else 9, bold=bold)
        paper.cell(130, 5, words, align="R")
        paper.cell(0, 5, amount, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(2)
