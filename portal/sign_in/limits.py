"""Too many wrong tries mean a short wait and never a lasting lock, for anybody.

Counted by connection, because whoever knows a name could otherwise keep that person out for
good. Codes are counted by person as well: six digits can be guessed from many connections,
and who guesses them has the passphrase already. Passkeys cannot be guessed and never wait.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django_ratelimit.core import get_usage

from portal.limits import visitor


@dataclass(frozen=True)
class Limit:
    """`per`: what is counted beside the group. `minutes`: the longest that somebody waits."""

    group: str
    rate: str
    minutes: int
    per: tuple[str, ...]


LIMITS = {
    "passphrase": (
        Limit("door_name", "5/5m", 5, ("connection", "name")),
        Limit("door_any", "20/5m", 5, ("connection",)),
    ),
    "code": (
        Limit("door_code", "5/5m", 5, ("connection", "name")),
        Limit("door_codes", "20/h", 60, ("name",)),
    ),
    "provider": (Limit("door_provider", "20/5m", 5, ("connection",)),),
    "mail": (Limit("door_mail", "5/h", 60, ("connection",)),),
    "mailbox": (Limit("door_mailbox", "3/h", 60, ("name",)),),
}


def wait(request: HttpRequest, kind: str, name: str, *, count: bool = False) -> int:
    """For how many minutes at most this is refused; 0 when it is not. `count`: and this is one more."""
    return max((over(request, limit, name, count=count) for limit in LIMITS[kind]), default=0)


def over(request: HttpRequest, limit: Limit, name: str, *, count: bool) -> int:
    def key(group: str, request: HttpRequest) -> str:
        who = {"connection": visitor(group, request), "name": name.casefold()}
        return " ".join(who[part] for part in limit.per)

    usage = get_usage(request, group=limit.group, key=key, rate=limit.rate, increment=count)
    # Counted now, this one may be the last that is allowed; asked before, the next one is one too many.
    return limit.minutes if usage and usage["count"] + (not count) > usage["limit"] else 0
