"""What the public reads: one copy per published service, and the generation of everything."""

from django.db import connection, models
from django.db.models.functions import Cast

from services_directory.models.read_by_everybody import ReadByEverybody


class Generation(models.Model):
    """A number that grows, in the same transaction, with every change the public can see.

    Database triggers (services_directory/guards.py) count it up, so that no way of writing
    can forget to; caches carry it in their keys.
    """

    number = models.BigIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """One bare query: it stands before every page that is answered from the cache, where
        building the same query by the ORM would cost more than all the rest."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM services_directory_generation WHERE id = 1")
            row = cursor.fetchone()
        return row[0] if row else 0


class Change(models.Model):
    """The generation at which something last changed, by the names of services_directory/tags.py.

    Written by the same triggers; as many rows as there are names, which is bounded.
    """

    tag = models.CharField(max_length=80, primary_key=True)
    number = models.BigIntegerField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tag}: {self.number}"


class Entry(models.Model):
    """The public copy of a service: the only thing that pages, search and feeds may read.

    `card` holds facts ready for a template (services_directory/cards.py), never an address
    unless it is public. `name`, `keywords`, `body` are searched as text; `codes` holds the
    filters' opaque words. The full-text index follows by trigger (services_directory/guards.py).
    """

    service = models.OneToOneField(
        "services_directory.Service", on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    WRITTEN = Cast("card", models.TextField())  # as it is stored, for cards.Card

    card = models.JSONField()
    name = models.TextField()
    keywords = models.TextField()
    body = models.TextField()
    codes = models.TextField()
    scope_order = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return self.name


class WrittenPage(models.Model):
    """The public copy of a page's words, for search beside the services. Who writes pages keeps it
    (services_directory/written_pages.py); the full-text index follows by trigger."""

    page = models.OneToOneField(
        "wagtailcore.Page", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    name = models.TextField()
    lead = models.TextField(blank=True)
    body = models.TextField(blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word that stands in some entry: what a misspelt word is compared with."""

    word = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.word


class Synonym(ReadByEverybody):
    """An everyday word, and the directory's words for it."""

    word = models.CharField(max_length=40, unique=True, help_text="What people type: hit")
    means = models.CharField(
        max_length=200, help_text="What the directory says, with commas between: physical abuse, helpline"
    )

    class Meta:
        ordering = ["word"]

    def __str__(self) -> str:
        return f"{self.word}: {self.means}"
