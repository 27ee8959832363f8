"""The web process. A wrong setting stops it here, before it answers anybody."""

import gc
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

# What is loaded now stays: no visitor waits while all of it is looked through for what could go.
gc.collect()
gc.freeze()
