"""`{% once "components/footer.html" footer=footer %}`: an include that sees what it is given and nothing else, and is made once."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()
Value = tuple[str, type, Any]  # name, type and value: words that are safe to show as they stand are not the same as equal ones that are not


@register.simple_tag
def once(name: str, **values: Any) -> SafeString:
    """The template with these values, which are few and fixed: no request, no person, nothing that somebody typed."""
    given = tuple((key, type(value), value) for key, value in values.items())
    return made(name, given) if settings.DEBUG else kept(name, given)


def made(name: str, values: tuple[Value, ...]) -> SafeString:
    return render_to_string(name, {key: value for key, _, value in values})


kept = lru_cache(maxsize=200)(made)
