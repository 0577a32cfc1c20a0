"""Where a page went that was moved. Only pages of the tree move, so the other answers are not asked about."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from config.middleware import IN_THEIR_OWN_WORDS


class RedirectMovedPages(RedirectMiddleware):
    """Wagtail's, but for addresses whose 404 is an answer: nobody has this number."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith(IN_THEIR_OWN_WORDS):
            return response
        return super().process_response(request, response)
