"""Where somebody is, out of what they wrote: the postcode's district ("S60"), never more of it."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from django.conf import settings

from services_directory import cards
from services_directory.models import Entry

IN, OUT = "in", "out"
LONGEST = 40
MOST_NEIGHBOURS = 6
# The 124 postcode areas of the United Kingdom, so that nonsense does not read as "elsewhere".
UNITED_KINGDOM = """
    AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY
    E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE
    LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL
    SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
LETTERS = frozenset(UNITED_KINGDOM.split())
# "S60 1AE", "S601AE", "S60", "S60 1": the longest district that leaves a whole rest.
WRITTEN = re.compile(r"([A-Z]{1,2}) *([0-9][0-9A-Z]?)(?: *[0-9OI] ?[A-Z]{0,2})?")
BETWEEN = re.compile(r"[\s.,\-]+")
# Districts around ours and the name that the directory has for their area.
NEIGHBOURS = {
    "Sheffield": [*(f"S{n}" for n in range(1, 15)), "S17", "S20", "S35", "S36"],
    "Barnsley": [f"S{n}" for n in range(70, 76)],
    "Doncaster": [f"DN{n}" for n in range(1, 13)],
}
AREA_OF = {district: area for area, districts in NEIGHBOURS.items() for district in districts}


def district(text: str) -> str:
    """The postcode's district, "S60", of a whole postcode or a part; "" when it cannot be read."""
    plain = BETWEEN.sub(" ", unicodedata.normalize("NFKC", text[:LONGEST]).upper()).strip()
    found = WRITTEN.fullmatch(plain)
    if found is None or found[1] not in LETTERS:
        return ""
    # Many people write the letters O and I for the digits.
    return found[1] + found[2].replace("O", "0").replace("I", "1")


def area_of(postcode: str, choice: str) -> str:
    """ "in", "out", "unsaid" or "": the postcode wins over the choice when its district can be read."""
    written = district(postcode)
    if not written or not settings.PORTAL_DISTRICTS:
        return choice
    return IN if written in settings.PORTAL_DISTRICTS else OUT


def neighbours(postcode: str, *, now: datetime) -> list[dict[str, Any]]:
    """Cards of the services that the directory has for the place; none when it has none for it."""
    area = AREA_OF.get(district(postcode))
    if area is None:
        return []
    near = Entry.objects.filter(service__service_areas__name__icontains=area).distinct()
    near = near.exclude(service__help_types__slug="safeguarding")  # not whom somebody rings for themselves
    found = near.order_by("scope_order", "name").values_list("card", flat=True)
    shown = [card for card in found if settings.PORTAL_DEMO or card["checked"]]
    return [cards.present(card, now) for card in shown[:MOST_NEIGHBOURS]]
