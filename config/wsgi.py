"""The web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from foundation.checks import refuse_unsafe_role  # noqa: E402  (needs the apps)

refuse_unsafe_role()
