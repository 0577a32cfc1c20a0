"""/casework/new/: intake types in what came by phone or post, page by page as on the web. The code is read aloud or printed, once."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit import clock
from complaints.access import may_take_in
from complaints.facts import Source
from complaints.intake import TYPED_IN
from complaints.views import sending


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def casework_new(request: HttpRequest) -> HttpResponse:
    """Behind a second factor, as everything under /casework/ (accounts/middleware.py)."""
    if not may_take_in(request.user, on=clock.today()):
        raise PermissionDenied
    if request.method != "POST":
        return sending.first_page(request, desk=True)
    if request.POST.get("step") == "kept":
        return sending.code_was_kept(request, desk=True)
    told = request.POST.get("source", "")
    source = Source(told) if told in {one.value for one in TYPED_IN} else Source.PHONE
    return sending.step(request, source=source, desk=True)
