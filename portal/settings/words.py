"""Settings of pages, of the files on them, and of what editors may not write."""

from pathlib import Path

from portal.environ import Environ

_env = Environ.load(Path(__file__).resolve().parent.parent.parent)

# Closes what must never be published (services_directory/place_marks.py). Changing it means that
# every confidential place is entered again; without one of its own, SECRET_KEY closes it.
PLACE_MARK_KEY = _env.text("PLACE_MARK_KEY", "")

# Says which words of a text are never published (services_directory/public_words.py asks).
NEVER_WORDS = "home.never_words.first_in"
# Called when something new was sealed: what was already read is found, and old versions forget it.
PLACE_SEALED = ["services_directory.live_words.look", "pathways.versions.forget_places"]

WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's pages need our style sheets and scripts

# Fills thresholds and clocks into the words of rooms below the one that keeps them.
FACTS_IN_WORDS = "pathways.facts.in_text"

WAGTAILIMAGES_EXTENSIONS = ["png", "jpg", "jpeg", "webp"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "home.uploads.ImageForm"  # takes out where a photograph was taken
WAGTAILDOCS_SERVE_METHOD = "direct"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "txt", "png", "jpg", "jpeg", "zip", "mp4", "webm", "vtt"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "home.uploads.DocumentForm"

# Two editors on one page hear of each other within so many milliseconds, and a draft keeps itself.
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 10_000
WAGTAIL_AUTOSAVE_INTERVAL = 500
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "home.approval.publish_approved"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True  # what was approved is what is published
# How long an editor's look at a page holds.
PAGE_REVIEW_DAYS = 180
