"""The words and the page numbers around a list of results."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services_directory.search import MOST, PER_PAGE, Results
from services_directory.selection import Selection

NEIGHBOURS = 2


@dataclass(frozen=True)
class Pages:
    """Where in the list this page stands. `pages` holds (number, address, whether it is this one)."""

    number: int
    count: int
    previous_url: str = ""
    next_url: str = ""
    pages: list[tuple[int, str, bool]] = field(default_factory=list)


def pages_of(number: int, total: int, url: Callable[[int], str]) -> Pages:
    """Pages of `total` services, those near `number` and both ends."""
    count = max(1, -(-min(total, MOST) // PER_PAGE))
    shown = [n for n in range(1, count + 1) if n in (1, count) or abs(n - number) <= NEIGHBOURS]
    return Pages(
        number=number,
        count=count,
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < count else "",
        pages=[(n, url(n), n == number) for n in shown],
    )


def results_heading(results: Results, selection: Selection, text: str, *, nothing: bool) -> dict[str, str]:
    """`heading` ("7 services, best match first") and `order_words`."""
    if nothing:
        return {"heading": "No service here fits all of that", "order_words": ""}
    order = "best match first" if text or "w" in selection.chosen else "local services first"
    return {"heading": f"{results.total_words}, {order}", "order_words": order}


def stand_in_words(selection: Selection, text: str) -> str:
    """An honest heading over the national services that stand in."""
    if selection and not text:
        return f"We do not know a service for: {selection.chosen_words}"
    if selection:
        return f"We found nothing for those words with: {selection.chosen_words}"
    return "We found nothing for those words"
