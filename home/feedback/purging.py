"""What people told is forgotten after a time, words and all; what was done about it stays."""

from datetime import datetime

from django.conf import settings

from home.feedback.models import Remark


def purge(*, now: datetime, dry_run: bool = False) -> int:
    """REFERRAL_PURGES: how many went, or would go."""
    due = Remark.objects.filter(day__lt=(now - settings.RETENTION["feedback"]).date())
    return due.count() if dry_run else due.delete()[0]
