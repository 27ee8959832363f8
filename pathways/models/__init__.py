"""What professionals read: facts that an area sets once."""

from pathways.models.fact import Fact

__all__ = ["Fact"]
