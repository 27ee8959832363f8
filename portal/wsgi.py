"""The web process. A wrong setting stops it here, before it answers anybody."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
call_command("check", verbosity=0)

if "public" in settings.PORTAL_DOORS:
    from selfreferral import checks, sentence_checks  # after the set-up, because they need the models

    checks.stop_unless_ready()
    sentence_checks.warn()
