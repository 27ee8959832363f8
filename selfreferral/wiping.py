"""What was deleted leaves the files, too.

SQLite overwrites deleted rows (secure_delete), but the pages as they were stay in the write-ahead
log until it is copied over and cut off. And when a page is filled anew, copies of rows that moved to
another one stay behind in it, which a later removal does not see: one in a thousand was measured.
VACUUM writes every page anew. PostgreSQL's vacuum does all this, and is the operator's.
"""

import logging
from datetime import datetime
from pathlib import Path

from django.db import Error, connection

LARGEST = 256 * 2**20  # bytes: a larger file would keep people waiting for longer than they do
BUSY = 100  # milliseconds that a reader or writer may hold us up, and we a writer
logger = logging.getLogger("selfreferral.wiping")


def cut_log(*, now: datetime | None = None) -> bool:
    """The worker's round (REFERRAL_ROUNDS). False: somebody reads an older state; the next round tries
    again. Never raises: no letter waits for it."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            patience = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout = {BUSY}")
            try:
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {patience}")
    except Error as error:
        logger.warning("The database's log was not cut (%s)", type(error).__name__)
        return False
    return not busy


def wipe(*, whatever_size: bool = False) -> bool:
    """After a purge: the whole file anew, and the log cut off. Nobody can write meanwhile, so a large
    file waits for `purge_referrals --vacuum`, at a quiet hour.

    False when it could not be done now: the log is cut at the next round, the file after the next purge.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return connection.vendor != "sqlite"
    file = Path(str(connection.settings_dict["NAME"]))
    if whatever_size or not file.exists() or file.stat().st_size <= LARGEST:
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")
        except Error as error:
            logger.warning("The database's file was not written anew (%s)", type(error).__name__)
            cut_log()
            return False
    else:
        logger.warning("The file is large. Run at a quiet hour: manage.py purge_referrals --vacuum")
    return cut_log()
