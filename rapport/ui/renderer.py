"""Write the plainest widgets of forms without a template each: a page has dozens of them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INPUTS = ("color", "date", "datetime", "email", "hidden", "number", "password", "search", "tel", "text", "time", "url")
Widget = Mapping[str, Any]
NOTHING = BLANK_CHOICE_DASH[0][1]


class Renderer(DjangoTemplates):
    """Django's renderer, which writes inputs and selects as its templates do, many times faster."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = PLAIN.get(template_name)
        return write(context["widget"]) if write else super().render(template_name, context, request)


def plain_input(widget: Widget) -> SafeString:
    value = {} if widget["value"] is None else {"value": widget["value"]}
    return format_html("<input{}>", attributes({"type": widget["type"], "name": widget["name"], **value}, widget))


def choice(widget: Widget) -> SafeString:
    """One box or radio button of several, inside its label where it has one of its own."""
    box = plain_input(widget)
    if not widget.get("wrap_label"):
        return box
    target = format_html(' for="{}"', widget["attrs"]["id"]) if widget["attrs"].get("id") else ""
    return format_html("<label{}>{} {}</label>", target, box, widget["label"])


def select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((group(name, options),) for name, options, _index in widget["optgroups"]))
    return format_html("<select{}>{}</select>", attributes({"name": widget["name"]}, widget), groups)


def group(name: str | None, options: list[Widget]) -> SafeString:
    written = format_html_join(
        "",
        "<option{}>{}</option>",
        ((attributes({"value": option["value"]}, option), label_of(option)) for option in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written


def label_of(option: Widget) -> str:
    """A dash for nothing chosen, where a form gives no word for it; Django's nine would be read out one by one."""
    return "–" if option["label"] == NOTHING else str(option["label"])


def attributes(own: Mapping[str, object], widget: Widget) -> SafeString:
    given = {**own, **widget["attrs"]}
    words = format_html_join("", ' {}="{}"', (pair for pair in given.items() if not isinstance(pair[1], bool)))
    return words + format_html_join("", " {}", ((name,) for name, value in given.items() if value is True))


PLAIN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": plain_input for kind in (*INPUTS, "checkbox")},
    **{f"django/forms/widgets/{kind}_option.html": choice for kind in ("checkbox", "radio")},
    "django/forms/widgets/select.html": select,
}
