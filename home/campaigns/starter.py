"""The list of campaigns that every site begins with, and the demonstration's one invented campaign."""

import io
import json
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image as Picture
from PIL import ImageDraw
from wagtail.documents.models import Document
from wagtail.images.models import Image

from home.campaigns.models import Asset, CampaignIndexPage, CampaignPage, Partner
from home.models import HomePage

PAPER, BRAND, WARM, LIGHT = "#f6ebe0", "#0f5257", "#8a3b12", "#ffd24a"
SIZE = (1600, 900)
DAYS = 16


@transaction.atomic
def load() -> int:
    """Makes the list under the home page when it is missing; says how many pages were made."""
    home = HomePage.objects.first()
    if home is None or CampaignIndexPage.objects.exists():
        return 0
    index = home.add_child(
        instance=CampaignIndexPage(
            title="What we do together",
            slug="together",
            lead="Campaigns of the council and its partners.",
        )
    )
    index.save_revision().publish()
    return 1


@transaction.atomic
def load_demonstration(*, today: date) -> int:
    """One campaign of invented partners, so that a newcomer sees what a campaign is."""
    index = CampaignIndexPage.objects.first()
    if index is None or CampaignPage.objects.exists():
        return 0
    page = index.add_child(
        instance=CampaignPage(
            title="Every door is the right one",
            slug="doors",
            word="doors",
            live=False,
            lead="Wherever you ask, you will be heard. This campaign and its partners are invented.",
            starts_on=today,
            ends_on=today + timedelta(days=DAYS),
            hero=Image.objects.create(title="A door that stands open", file=file(picture(), "doors.png")),
            body=json.dumps([{"type": "paragraph", "value": {"heading": HEADING, "text": TEXT}}]),
        )
    )
    for name in ("Example Council", "Example Surgery (invented)", "Example College (invented)"):
        Partner.objects.create(campaign=page, name=name)
    poster = Document.objects.create(title="Poster", file=file(poster_pdf(), "poster-1.pdf"))
    poster.get_file_size()
    Asset.objects.create(campaign=page, title="Poster, A4", document=poster)
    page.refresh_from_db()
    page.save_revision().publish()
    return 1


HEADING = "You do not have to know where to start"
TEXT = (
    "<p>A doctor, a teacher, a housing officer, a friend: you can tell whoever is easiest to tell. "
    "They know how to help you on.</p>"
)


def file(content: bytes, name: str) -> ContentFile:
    return ContentFile(content, name)


def picture() -> bytes:
    """An open door, drawn."""
    drawn = Picture.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((0, 720, *SIZE), fill="#ddd5ca")
    pen.polygon([(700, 720), (1040, 720), (1330, 900), (420, 900)], fill=LIGHT)
    pen.rectangle((680, 160, 1060, 720), fill=BRAND)
    pen.rectangle((710, 190, 1030, 720), fill=LIGHT)
    pen.polygon([(710, 190), (560, 130), (560, 790), (710, 720)], fill=WARM)
    pen.ellipse((575, 445, 595, 465), fill=PAPER)
    kept = io.BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def poster_pdf() -> bytes:
    kept = io.BytesIO()
    with Picture.open(io.BytesIO(picture())) as drawn:
        drawn.resize((800, 450)).save(kept, "PDF")
    return kept.getvalue()
