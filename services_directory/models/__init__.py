"""The directory's data, in the words of Open Referral UK."""

from services_directory.models.getting_in_touch import (
    Contact,
    Language,
    Phone,
    Schedule,
    ServiceArea,
)
from services_directory.models.location import Location, ServiceAtLocation
from services_directory.models.organization import Organization
from services_directory.models.place_mark import PlaceMark
from services_directory.models.publication import Change, Entry, Generation, SearchWord, Synonym, WrittenPage
from services_directory.models.report import Report
from services_directory.models.service import Service
from services_directory.models.still_said import StillSaid
from services_directory.models.taxonomy import Taxonomy, TaxonomyTerm
from services_directory.models.unmet import UnmetNeed

__all__ = [
    "Change",
    "Contact",
    "Entry",
    "Generation",
    "Language",
    "Location",
    "Organization",
    "Phone",
    "PlaceMark",
    "Report",
    "Schedule",
    "SearchWord",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "StillSaid",
    "Synonym",
    "Taxonomy",
    "TaxonomyTerm",
    "UnmetNeed",
    "WrittenPage",
]
