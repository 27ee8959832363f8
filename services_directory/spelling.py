"""Mending misspelt words with the words that the directory itself holds."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from django.db import connection

from services_directory.expression import Word, to_fts5, to_tsquery
from services_directory.question import SMALL_WORDS

SHORTEST = 4
MOST_WORDS = 5
CLOSE_ENOUGH = 0.75
SHORT, CLOSE_ENOUGH_WHEN_SHORT = 5, 0.8

KNOWN = {
    "sqlite": "SELECT EXISTS (SELECT 1 FROM directory_index WHERE directory_index MATCH %s)",
    "postgresql": "SELECT EXISTS (SELECT 1 FROM services_directory_entry "
    "WHERE search @@ to_tsquery('public.directory', %s))",
}
NEAR = {
    "sqlite": "SELECT word FROM services_directory_searchword WHERE id IN "
    "(SELECT rowid FROM directory_words WHERE directory_words MATCH %s) "
    "AND length(word) BETWEEN %s AND %s",
    "postgresql": "SELECT word FROM services_directory_searchword "
    "WHERE word %% %s AND length(word) BETWEEN %s AND %s ORDER BY word <-> %s LIMIT 400",
}


def mend(words: Iterable[str]) -> dict[str, str]:
    """For each misspelt word of `words` the one that was probably meant. At most two queries."""
    long_enough = [word for word in dict.fromkeys(words) if len(word) >= SHORTEST and word.isalpha()]
    unknown = unknown_words(long_enough[:MOST_WORDS])
    if not unknown:
        return {}
    near = near_words(unknown)
    closest = {word: closest_of(word, near) for word in unknown}
    return {word: meant for word, meant in closest.items() if meant}


def unknown_words(words: list[str]) -> list[str]:
    """Those that stand in no entry, in any grammatical form."""
    if not words:
        return []
    write = to_fts5 if connection.vendor == "sqlite" else to_tsquery
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([KNOWN[connection.vendor]] * len(words)), [write(Word(word)) for word in words]
        )
        return [word for word, (known,) in zip(words, cursor.fetchall(), strict=True) if not known]


def trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def near_words(words: list[str]) -> set[str]:
    """Words of the directory that share letters with any of `words`."""
    parts: list[str] = []
    params: list[str | int] = []
    for word in words:
        lengths = [len(word) - 2, len(word) + 2]
        if connection.vendor == "sqlite":
            params += [" OR ".join(f'"{three}"' for three in sorted(trigrams(word))), *lengths]
        else:
            params += [word, *lengths, word]
        parts.append(NEAR[connection.vendor])
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT * FROM ({part}) AS near" for part in parts), params)
        return {word for (word,) in cursor.fetchall()}


def closest_of(word: str, candidates: Iterable[str]) -> str:
    """The candidate most like `word`, by trigrams first and then letter by letter; or nothing."""
    mine = trigrams(word)

    def likeness(candidate: str) -> float:
        theirs = trigrams(candidate)
        return len(mine & theirs) / len(mine | theirs)

    worthy = {c for c in candidates if len(c) >= SHORTEST and c not in SMALL_WORDS}
    shortlist = sorted(worthy, key=lambda candidate: (-likeness(candidate), candidate))[:30]
    scored = [(SequenceMatcher(None, word, c).ratio(), likeness(c), c) for c in shortlist]
    best, _likeness, meant = max(scored, default=(0.0, 0.0, ""))
    return meant if best >= (CLOSE_ENOUGH_WHEN_SHORT if len(word) <= SHORT else CLOSE_ENOUGH) else ""
