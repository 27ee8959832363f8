"""`{% part "components/footer.html" audience=audience %}`: an `include` that is not made twice.

The template sees the values that are named, and the brand, and nothing else: no request, no visitor, no
token. So what it shows depends on these values and on what it notes (services_directory/freshness.py), and
the same values give the same piece again. Values must be hashable: two that are equal must look the same.
"""

from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context

from services_directory.freshness import kept

register = template.Library()


class PartNode(template.Node):
    def __init__(self, name: str, values: dict[str, FilterExpression]) -> None:
        self.name, self.values = name, values

    def render(self, context: Context) -> Any:
        values = {name: value.resolve(context) for name, value in self.values.items()}
        # By type, too: text that is to be escaped is equal to the same text that is not.
        key = (self.name, *((type(value), value) for value in values.values()))
        return kept(key, lambda: self.make(context, values), context.get("request"))

    def make(self, context: Context, values: dict[str, Any]) -> Any:
        found = context.template.engine.get_template(self.name)  # type: ignore[union-attr]
        return found.render(context.new({**values, "brand": context.get("brand")}))


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    _tag, name, *rest = token.split_contents()
    values = token_kwargs(rest, parser)
    if rest or name[:1] not in "\"'":
        raise template.TemplateSyntaxError('Write: part "a/template.html" name=value …')
    return PartNode(name[1:-1], values)
