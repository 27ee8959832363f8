"""What professionals read: facts that an area sets once, pathways, their versions, courses."""

from pathways.models.course import Course
from pathways.models.fact import Fact
from pathways.models.pages import PathwayIndexPage, PathwayPage
from pathways.models.version import Version

__all__ = ["Course", "Fact", "PathwayIndexPage", "PathwayPage", "Version"]
