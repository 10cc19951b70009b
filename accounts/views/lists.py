"""The list of a page, got from the page itself: whoever may not open the page gets no list."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import get_script_prefix, resolve
from django.utils import timezone

from accounts.models import User
from accounts.services import exports
from foundation import jobs
from foundation.models import Job
from foundation.pages import lists, surroundings
from foundation.pages.tables import Table


def table_of(request: HttpRequest, path: str, query: str) -> Table:
    """Return the list at an address, as its page shows it to who sent ``request``.

    Raises Http404 where there is no list, PermissionDenied where it isn't for them.
    """
    asked = HttpRequest()
    asked.method, asked.META = "GET", {**request.META, "QUERY_STRING": query}
    asked.user, asked.session = request.user, request.session
    asked.COOKIES = request.COOKIES
    return _from_page(asked, path, query)


def table_for(person: User, path: str, query: str) -> Table:
    """Return the same for a worker, who has no session: the roles are looked at as they are now.

    The second factor was given when the file was asked for.
    """
    person.is_verified = lambda: True  # type: ignore[attr-defined]
    asked = HttpRequest()
    asked.method, asked.META = "GET", {"QUERY_STRING": query}
    asked.user, asked.session = person, {}  # type: ignore[assignment]
    return _from_page(asked, path, query)


def make_file(context: jobs.JobContext) -> dict[str, object]:
    """Write the file that a job asks for, as its owner may see the list now."""
    with context.transaction():
        person = User.objects.get(pk=context.actor_id)
        asked = exports.asked_of(context.payload, by=person.pk)
        table = table_for(person, asked.path, asked.query)
        if asked.keys:
            table.pick(asked.keys)
        here = surroundings.of(table.request)
    with surroundings.shown_to(here):
        return exports.make(
            context, table, by=here.person, organisation=here.organisation, at=timezone.now()
        )


def still_open(request: HttpRequest, job: Job) -> bool:
    """Return whether who asks for an export's file may still open its list."""
    with suppress(Http404, PermissionDenied):
        asked = exports.asked_of(job.payload, by=job.actor_id)
        return bool(table_of(request, asked.path, asked.query))
    return False


def _from_page(asked: HttpRequest, path: str, query: str) -> Table:
    asked.path = path
    asked.path_info = "/" + path.removeprefix(get_script_prefix()).lstrip("/")
    asked.GET = QueryDict(query or "view=")  # bare, the reader's own view would be asked for
    lists.want(asked)
    found = resolve(asked.path_info)
    if not hasattr(found.func, "door"):
        raise Http404
    answer = found.func(asked, *found.args, **found.kwargs)
    if not isinstance(answer, lists.Found):
        raise Http404
    return answer.table
