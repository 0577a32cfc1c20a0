"""What Wagtail's admin loads beside its own scripts."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def begin() -> SafeString:
    return format_html('<script src="{}"></script>', static("office/begin.js"))
