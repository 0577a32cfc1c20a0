"""`{{ person.email|breakable }}`: an address that breaks where a reader expects it, in narrow windows."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def breakable(address: str) -> SafeString:
    """The address, with leave to break after the @ and before each dot of what follows it."""
    name, at, domain = str(address).rpartition("@")
    if not at:
        return conditional_escape(address)
    return mark_safe(f"{conditional_escape(name)}@<wbr>{conditional_escape(domain).replace('.', '<wbr>.')}")
