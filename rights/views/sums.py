"""What the shares of a form come to, while they are typed."""

from django.http import HttpRequest, HttpResponse

from accounts.views.base import Page
from foundation.pages import fragments
from rights.forms import SharesForm
from rights.permissions import CLAIM_VIEW


class Sum(Page):
    """The sum of shares as they stand in a form; nothing is kept."""

    permission = CLAIM_VIEW
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say it."""
        context = {"meter": SharesForm(request.POST).meter}
        return fragments.page(request, "rights/shares_sum.html", context, block="said")
