"""`{% translate %}` and `{% blocktranslate %}` for pages with a hundred fixed phrases: each is looked up once.

Loaded as `i18n` (`settings.TEMPLATES`), in the place of Django's own library, whose tags these are. What depends on
the page (a filter, a context of its own, a number) is left to Django.
"""

from typing import Any

from django.template import Library
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Translate(i18n.TranslateNode):
    """A phrase: what it is in a language does not change while the process lives."""

    @classmethod
    def of(cls, node: i18n.TranslateNode) -> "Translate | i18n.TranslateNode":
        """The same phrase, remembered, where it is written out in the template."""
        asked = node.filter_expression
        if node.noop or node.message_context or asked.filters or asked.var.literal is None:
            return node
        return cls(asked, node.noop, node.asvar)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._plain = i18n.TranslateNode(self.filter_expression, self.noop)
        self._said: dict[str | None, Any] = {}

    def render(self, context: Context) -> Any:
        """The phrase, or nothing where it is kept under a name."""
        language = get_language()
        words = self._said.get(language)
        if words is None:
            words = self._said[language] = self._plain.render(context)
        if self.asvar:
            context[self.asvar] = words
            return ""
        return words


class BlockTranslate(i18n.BlockTranslateNode):
    """A phrase with places to fill in: it is put together from the template's pieces once."""

    _pieces: dict[int, tuple[str, list[str]]]

    @classmethod
    def of(cls, node: i18n.BlockTranslateNode) -> "BlockTranslate":
        """The same phrase."""
        made = cls.__new__(cls)
        made.__dict__.update(node.__dict__, _pieces={})
        return made

    def render_token_list(self, tokens: list[Token]) -> tuple[str, list[str]]:
        """Django's own, remembered. The caller may add to the list it gets."""
        key = id(tokens)  # one of the node's own two lists, which live as long as the node
        if key not in self._pieces:
            self._pieces[key] = super().render_token_list(tokens)
        words, names = self._pieces[key]
        return words, list(names)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> Node:
    """Django's `translate`."""
    return Translate.of(i18n.do_translate(parser, token))


@register.tag("blocktranslate")
@register.tag("blocktrans")
def blocktranslate(parser: Parser, token: Token) -> Node:
    """Django's `blocktranslate`."""
    return BlockTranslate.of(i18n.do_block_translate(parser, token))
