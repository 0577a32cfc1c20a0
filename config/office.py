"""Wagtail's admin without inline scripts: what stands where it would write one, so that the browser may refuse them all.

Templates of the same names stand in templates/wagtailadmin; static/office/begin.js starts what they name. tests/browser/test_admin.py
opens every screen and is the alarm at each new Wagtail.
"""

import json
from typing import Any

from django.utils.html import escapejs, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def start_choosers_without_scripts() -> None:
    """A field that leads to a page, a picture, a clause: the same element, without the script behind it."""
    BaseChooser.render = _render


def _render(chooser: Any, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
    data = chooser.get_value_data(value)
    html = chooser.render_html(name, data, attrs)
    id_ = (attrs or {})["id"]
    if isinstance(chooser, AdminTaskChooser):
        return mark_safe(html + _begin("createTaskChooser", id_))
    return mark_safe(html + _begin(chooser.js_constructor, id_, chooser.get_js_init_options(id_, name, data)))


def _begin(name: str, id_: str, options: dict[str, Any] | None = None) -> SafeString:
    """The element that begin.js reads."""
    told = format_html(' data-office-begin-options-value="{}"', escapejs(json.dumps(options))) if options is not None else ""
    return format_html(
        '<span hidden data-controller="office-begin" data-office-begin-name-value="{}" data-office-begin-id-value="{}"{}></span>',
        name,
        id_,
        told,
    )
