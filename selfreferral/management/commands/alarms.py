"""Whom a team's alarms go to, and whether they arrive."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from selfreferral import alarms
from selfreferral.channels import Channels
from selfreferral.models import Alarm, Queue

TEST = "This is a test of the alarm. Nothing waits."
ADDRESSES = {"email": "alarm_email", "second": "second_email", "webhook": "alarm_webhook"}


class Command(BaseCommand):
    help = "list: whom each team's alarms go to; tell: change that; test: say to everybody that it is a test."

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="addresses of every queue, and what is open now")
        verbs.add_parser("test", help="a test message to every address that is set")
        tell = verbs.add_parser("tell", help="who is told; an empty address takes it away")
        tell.add_argument("queue", help="slug of the queue")
        tell.add_argument("--email", help="is told that something waits, never what")
        tell.add_argument("--second", help="is told, too, from the second time on")
        tell.add_argument("--webhook", help="gets the same words by POST")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        {"list": self.show, "test": self.test, "tell": self.tell}[verb](**options)

    def show(self, **options: Any) -> None:
        for queue in Queue.objects.all():
            told = [getattr(queue, field) for field in ADDRESSES.values()]
            self.stdout.write(f"{queue.slug}: {', '.join(filter(None, told)) or 'nobody; the operator is'}")
        self.stdout.write(f"the operator: {settings.OPERATOR_EMAIL or settings.OPERATOR_WEBHOOK or 'nobody'}")
        for alarm in Alarm.objects.order_by("since"):
            where = f" at {alarm.queue}" if alarm.queue else ""
            self.stdout.write(
                f"open: {alarm.kind}{where}, since {alarm.since:%d %b %H:%M}, told {alarm.times}×"
            )

    def tell(self, *, queue: str, **options: Any) -> None:
        row = Queue.objects.filter(slug=queue).first()
        if row is None:
            raise CommandError(f"There is no queue {queue!r}. Choose from: {', '.join(self.slugs())}.")
        fields = {ADDRESSES[name]: options[name] for name in ADDRESSES if options[name] is not None}
        for field, value in fields.items():
            setattr(row, field, value)
        try:
            row.clean_fields(exclude={f.name for f in Queue._meta.fields} - set(fields))
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from None
        if row.alarm_webhook and not row.alarm_webhook.startswith("https://") and not settings.PORTAL_DEMO:
            raise CommandError("A webhook starts with https://")
        row.save(update_fields=list(fields))
        self.show()

    def test(self, **options: Any) -> None:
        mails = {settings.OPERATOR_EMAIL, *Queue.objects.values_list("alarm_email", flat=True)}
        mails |= set(Queue.objects.values_list("second_email", flat=True))
        hooks = {settings.OPERATOR_WEBHOOK, *Queue.objects.values_list("alarm_webhook", flat=True)}
        took = {a: Channels().mail(a, subject=alarms.SUBJECT, words=TEST) for a in sorted(mails - {""})}
        took |= {address: Channels().webhook(address, words=TEST) for address in sorted(hooks - {""})}
        for address, ok in took.items():
            self.stdout.write(f"{address}: {'taken' if ok else 'NOT TAKEN'}")
        if not took or not all(took.values()):
            raise CommandError("Not everybody can be told." if took else "Nobody would be told.")

    @staticmethod
    def slugs() -> list[str]:
        return list(Queue.objects.values_list("slug", flat=True))
