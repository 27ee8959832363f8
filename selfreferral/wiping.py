"""What was deleted leaves the files, too.

SQLite overwrites deleted rows (secure_delete), but the pages as they were stay in the write-ahead
log until it is copied over and cut off. PostgreSQL's vacuum does this, and is the operator's.
"""

import logging
from datetime import datetime

from django.db import Error, connection

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
