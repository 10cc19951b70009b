"""Pages served in this process, as the web server does it, with the CPU that each took."""

import time
from collections.abc import Callable
from typing import Any


def server() -> Callable[[str, Any], tuple[Any, float]]:
    """Return ``serve(address, cookies)``, which gives an answer and its seconds of CPU.

    The clock runs from the first middleware to the rendered answer: a client's own work is left
    out. ``cookies`` are those of a test client that is signed in.
    """
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    handler, name = WSGIHandler(), settings.SESSION_COOKIE_NAME
    settings.ALLOWED_HOSTS = ["testserver"]

    def serve(address: str, cookies: Any) -> tuple[Any, float]:
        request = RequestFactory().get(address, headers={"Cookie": f"{name}={cookies[name].value}"})
        begun = time.process_time()
        answer = handler.get_response(request)
        return answer, time.process_time() - begun

    return serve
