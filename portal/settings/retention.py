"""How long things are kept. The one place: what deletes, the pages of the form and the privacy page read it.

Add one: a line here, what deletes it in REFERRAL_PURGES, its words in home/kept.py; tests walk both.
"""

from pathlib import Path

from portal.environ import Environ

_env = Environ.load(Path(__file__).resolve().parent.parent.parent)
RETENTION = {
    # Answers that nobody sent: after standing still for so long, and in any case.
    "draft_idle": _env.span("KEEP_DRAFT_IDLE_MINUTES", minutes=30),
    "draft_absolute": _env.span("KEEP_DRAFT_MINUTES", minutes=120),
    # The letter, after its case was closed.
    "closed_case": _env.span("KEEP_CLOSED_CASE_DAYS", days=365),
    # When and how it was dealt with, after the letter went. Reference and digest stay for good.
    "tombstone": _env.span("KEEP_TOMBSTONE_DAYS", days=6 * 365),
    # The lines of the records, after they were written; never those of a letter that is still kept.
    "record": _env.span("KEEP_RECORD_DAYS", days=6 * 365),
    # The link by which a professional reads the outcome, after it was sent.
    "outcome_link": _env.span("KEEP_OUTCOME_LINK_DAYS", days=14),
    # What people told us about the site, after the day on which they did.
    "feedback": _env.span("KEEP_FEEDBACK_DAYS", days=730),
    # What a reader told us is wrong with an entry, after an editor dealt with it.
    "report": _env.span("KEEP_REPORT_DAYS", days=30),
}
# Called once a day, with `now` and `dry_run`: each returns how many of what its name says went.
REFERRAL_PURGES = {
    "answers that nobody sent": "selfreferral.drafts.purge",
    "letters at the desk": "triage.purging.purge",
    "letters in the outbox": "selfreferral.purging.purge",
    "closed cases down to their number": "triage.purging.thin",
    "sent letters down to their number": "selfreferral.purging.thin",
    "lines of the desk’s record": "triage.purging.forget_lines",
    "lines of the outbox’s records": "selfreferral.purging.forget_lines",
    "what people told us": "home.feedback.purging.purge",
    "reports of readers": "services_directory.reporting.purge",
}
