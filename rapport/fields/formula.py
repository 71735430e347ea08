"""Read a formula: a small language over fields, without loops, capped in length and depth.

or   := and ("or" and)*            sum     := product (("+" | "-") product)*
and  := not ("and" not)*           product := sign (("*" | "/") sign)*
not  := "not" not | compared       sign    := "-" sign | atom
compared := sum (("=" | "!=" | "<" | "<=" | ">" | ">=") sum)?
atom := number | "text" | true | false | field | function "(" or ("," or)* ")" | "(" or ")"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

LONGEST = 500
DEEPEST = 20
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,10})?)|(?P<name>[a-z_][a-z0-9_]*)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<sign><=|>=|!=|<>|==|[-+*/=<>(),]))",
    re.IGNORECASE,
)
SAME = {"==": "=", "<>": "!="}
COMPARED = frozenset({"=", "!=", "<", "<=", ">", ">="})


class FormulaError(Exception):
    """The formula makes no sense; the text says why."""


@dataclass(frozen=True)
class Literal:
    value: Decimal | str | bool


@dataclass(frozen=True)
class Name:
    """A field."""

    name: str


@dataclass(frozen=True)
class Call:
    function: str
    given: "tuple[Node, ...]"


@dataclass(frozen=True)
class Turned:
    """One thing turned round: not, or the minus sign."""

    sign: str
    what: "Node"


@dataclass(frozen=True)
class Chain:
    """Things joined by signs of one rank, from left to right. A comparison is a chain of two."""

    first: "Node"
    rest: "tuple[tuple[str, Node], ...]"


Node = Literal | Name | Call | Turned | Chain


@lru_cache(maxsize=500)
def parse(text: str) -> Node:
    """The formula as a tree. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(_("A formula has at most %(number)d characters.") % {"number": LONGEST})
    return Parser(text).whole()


def names_in(node: Node) -> Iterator[str]:
    """The fields that a formula speaks of."""
    match node:
        case Name(name):
            yield name
        case Call(_function, given):
            for one in given:
                yield from names_in(one)
        case Turned(_sign, what):
            yield from names_in(what)
        case Chain(first, rest):
            yield from names_in(first)
            for _sign, one in rest:
                yield from names_in(one)
        case Literal():
            return


class Parser:
    """Walks over the signs of a formula once."""

    def __init__(self, text: str) -> None:
        self.tokens = list(tokens(text))
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        if not self.tokens:
            raise FormulaError(_("Write a formula."))
        node = self.either()
        if self.at < len(self.tokens):
            raise FormulaError(_("“%(sign)s” is not expected here.") % {"sign": self.tokens[self.at][1]})
        return node

    def peek(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return "" if kind == "text" else text.lower()

    def take(self, *signs: str) -> str:
        sign = self.peek()
        if sign and sign in signs:
            self.at += 1
            return SAME.get(sign, sign)
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise FormulaError(_("A “%(sign)s” is missing.") % {"sign": sign})

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(_("This formula is nested too deeply."))

    def either(self) -> Node:
        first, rest = self.both(), []
        while sign := self.take("or"):
            rest.append((sign, self.both()))
        return Chain(first, tuple(rest)) if rest else first

    def both(self) -> Node:
        first, rest = self.negated(), []
        while sign := self.take("and"):
            rest.append((sign, self.negated()))
        return Chain(first, tuple(rest)) if rest else first

    def negated(self) -> Node:
        if not self.take("not"):
            return self.compared()
        self.deeper()
        node = Turned("not", self.negated())
        self.depth -= 1
        return node

    def compared(self) -> Node:
        first = self.sum()
        sign = self.take(*COMPARED, *SAME)
        return Chain(first, ((sign, self.sum()),)) if sign else first

    def sum(self) -> Node:
        first, rest = self.product(), []
        while sign := self.take("+", "-"):
            rest.append((sign, self.product()))
        return Chain(first, tuple(rest)) if rest else first

    def product(self) -> Node:
        first, rest = self.signed(), []
        while sign := self.take("*", "/"):
            rest.append((sign, self.signed()))
        return Chain(first, tuple(rest)) if rest else first

    def signed(self) -> Node:
        if not self.take("-"):
            return self.atom()
        self.deeper()
        node = Turned("-", self.signed())
        self.depth -= 1
        return node

    def atom(self) -> Node:
        if self.at >= len(self.tokens):
            raise FormulaError(_("The formula ends too early."))
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Literal(Decimal(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind == "name":
            return self.named(text.lower())
        if text != "(":
            raise FormulaError(_("“%(sign)s” is not expected here.") % {"sign": text})
        self.deeper()
        node = self.either()
        self.need(")")
        self.depth -= 1
        return node

    def named(self, name: str) -> Node:
        if name in {"true", "false"}:
            return Literal(name == "true")
        if name in {"and", "or", "not"}:
            raise FormulaError(_("“%(sign)s” is not expected here.") % {"sign": name})
        if not self.take("("):
            return Name(name)
        self.deeper()
        given: list[Node] = []
        if not self.take(")"):
            given.append(self.either())
            while self.take(","):
                given.append(self.either())
            self.need(")")
        self.depth -= 1
        return Call(name, tuple(given))


def tokens(text: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = TOKEN.match(text, place)
        if found is None:
            sign = text[place:].strip()[:1]
            if sign in {'"', "'"}:
                raise FormulaError(_("A text is never closed."))
            raise FormulaError(_("“%(sign)s” means nothing in a formula.") % {"sign": sign})
        place = found.end()
        kind = str(found.lastgroup)
        yield kind, found[kind]
