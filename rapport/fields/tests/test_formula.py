"""The language of formulas: what they yield, what they refuse in words, and that no text breaks them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.fields.formula import LONGEST, FormulaError, parse
from rapport.fields.models import CustomField
from rapport.fields.reckon import LARGEST, reckon, sort_of
from rapport.fields.results import Calculator, check

TODAY = date(2026, 3, 31)
SORTS = {"seats": "number", "price": "number", "ends": "date", "tier": "text", "vip": "flag"}
VALUES = {"seats": Decimal(10), "price": Decimal("12.5"), "ends": date(2026, 4, 30), "tier": "Gold", "vip": True}


def worth(text, values=VALUES):
    return reckon(parse(text), values, TODAY)


@pytest.mark.req("T3")
@pytest.mark.parametrize(
    ("formula", "sort", "result"),
    [
        ("seats * price", "number", Decimal("125.0")),
        ("1 + 2 * 3 - -4", "number", Decimal(11)),
        ("(1 + 2) * 3", "number", Decimal(9)),
        ("ends - today()", "number", Decimal(30)),
        ("ends - 30", "date", TODAY),
        ("days_until(ends)", "number", Decimal(30)),
        ("days_since(ends)", "number", Decimal(-30)),
        ("year(ends)", "number", Decimal(2026)),
        ('if(seats >= 10 and tier = "Gold", "big", "small")', "text", "big"),
        ("if(not vip or seats < 3, 1, 0)", "number", Decimal(0)),
        ("round(price / 3, 2)", "number", Decimal("4.17")),
        ("max(seats, price, 3)", "number", Decimal("12.5")),
        ('concat(tier, " / ", seats, " / ", vip)', "text", "Gold / 10 / yes"),
        ("empty(tier)", "flag", False),
        ("seats <> 10", "flag", False),
    ],
)
def test_a_formula_yields_what_one_expects(formula, sort, result):
    assert sort_of(parse(formula), SORTS) == sort
    assert worth(formula) == result


@pytest.mark.parametrize(
    "formula", ["seats * nothing", "days_since(nothing)", "1 / 0", "round(nothing)", "1 < nothing", "ends + 99999999"]
)
def test_nothing_in_or_no_sense_gives_nothing_out(formula):
    assert worth(formula) is None


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "Write a formula"),
        ("1 +", "ends too early"),
        ("(1 + 2", "“)” is missing"),
        ("1 2", "“2” is not expected"),
        ('"open', "never closed"),
        ("seats ; price", "means nothing"),
        ("__import__", "no field “__import__”"),
        ("colour", "no field “colour”"),
        ("system(1)", "no function “system”"),
        ("tier + 1", "needs a number, not a text"),
        ("seats > tier", "can't compare a number with a text"),
        ('tier < "a"', "numbers or dates only"),
        ("if(seats, 1, 2)", "needs a yes or no"),
        ('if(vip, 1, "a")', "needs a number, not a text"),
        ("round()", "too few or too many"),
        ("(" * 30 + "1" + ")" * 30, "nested too deeply"),
        ("1" + "+1" * 300, "at most 500 characters"),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused_in_words(formula, words):
    with pytest.raises(FormulaError, match=words.replace("(", r"\(").replace(")", r"\)")):
        sort_of(parse(formula), SORTS)


def outcome(text):
    """What was read, or the words of the refusal."""
    try:
        return parse(text)
    except FormulaError as refusal:
        return str(refusal)


@given(st.text(max_size=LONGEST + 20))
def test_any_text_is_read_or_refused_in_words(text):
    assert outcome(text)


def nested(inner):
    def made(shape, *sorts):
        return st.tuples(*(inner[sort] for sort in sorts)).map(lambda given: shape.format(*given))

    return {
        "number": st.one_of(
            inner["number"],
            *(made(f"({{}} {sign} {{}})", "number", "number") for sign in "+-*/"),
            made("({} - {})", "date", "date"),
            made("-{}", "number"),
            made("round({}, {})", "number", "number"),
            made("min({}, {})", "number", "number"),
            made("days_since({})", "date"),
            made("if({}, {}, {})", "flag", "number", "number"),
        ),
        "date": st.one_of(
            inner["date"], made("({} + {})", "date", "number"), made("if({}, {}, {})", "flag", "date", "date")
        ),
        "text": st.one_of(inner["text"], made("concat({}, {}, {})", "text", "number", "date")),
        "flag": st.one_of(
            inner["flag"],
            made("({} <= {})", "number", "number"),
            made("({} = {})", "text", "text"),
            made("({} and not {})", "flag", "flag"),
            made("empty({})", "date"),
        ),
    }


LEAVES = {
    "number": st.one_of(st.just("seats"), st.integers(0, 10**14).map(str)),
    "date": st.sampled_from(["ends", "today()"]),
    "text": st.sampled_from(["tier", '"a"', "''"]),
    "flag": st.sampled_from(["vip", "true", "false"]),
}
ENVIRONMENTS = st.fixed_dictionaries(
    {
        "seats": st.one_of(st.none(), st.decimals(-(10**14), 10**14, places=4)),
        "ends": st.one_of(st.none(), st.dates()),
        "tier": st.one_of(st.none(), st.text(max_size=20)),
        "vip": st.one_of(st.none(), st.booleans()),
    }
)
KINDS = {"number": Decimal, "date": date, "text": str, "flag": bool}


@pytest.mark.parametrize("sort", list(KINDS))
@given(data=st.data())
def test_a_formula_yields_what_its_declaration_promised_whatever_stands_in_the_fields(sort, data):
    formula = data.draw(nested(nested(LEAVES))[sort])
    node = parse(formula)
    assert sort_of(node, SORTS) == sort
    result = reckon(node, data.draw(ENVIRONMENTS), TODAY)
    assert result is None or isinstance(result, KINDS[sort])
    if isinstance(result, Decimal):
        assert abs(result) < LARGEST


def formula_field(key, formula, result="number"):
    return CustomField(key=key, label=key, type="formula", formula=formula, result=result)


def test_formulas_over_formulas_are_reckoned_in_turn_and_circles_refused():
    seats = CustomField(key="seats", type="number")
    total, tax = formula_field("total", "seats * 10"), formula_field("tax", "total * 0.2")
    found = Calculator([tax, total, seats]).of({"seats": 5}, {}, TODAY)
    assert found == {"total": 50, "tax": 10}
    assert check("tax + 1", "all", [seats, total, tax]) == "number"
    with pytest.raises(FormulaError, match="circle: total → tax → total"):
        check("tax + 1", "total", [seats, total, tax])
    with pytest.raises(FormulaError, match="circle: total → total"):
        check("total + 1", "total", [seats])
    tower = [formula_field(f"f{at}", f"f{at - 1} + 1" if at else "1") for at in range(7)]
    with pytest.raises(FormulaError, match="at most 5 deep"):
        check("f6 + 1", "top", tower)
