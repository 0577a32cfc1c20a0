"""Where tries are counted, one atomic step each: in Redis where the cache is one, else in a table of the database."""

import logging
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import Tries

logger = logging.getLogger(__name__)

PATIENCE = 0.5  # seconds for Redis to answer before the table counts

# A span that ends later than one from now can was begun under a clock that went back since.
IN_A_TABLE = """
INSERT INTO accounts_tries (id, count, ends) VALUES (%(key)s, 1, %(ends)s)
ON CONFLICT (id) DO UPDATE SET
  count = CASE WHEN accounts_tries.ends <= %(now)s OR accounts_tries.ends > %(ends)s THEN 1 ELSE accounts_tries.count + 1 END,
  ends = CASE WHEN accounts_tries.ends <= %(now)s OR accounts_tries.ends > %(ends)s THEN %(ends)s ELSE accounts_tries.ends END
RETURNING count, ends
"""
IN_REDIS = """
local now, span = tonumber(ARGV[1]), tonumber(ARGV[2])
local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
if ends <= now or ends > now + span then
  ends = now + span
  redis.call('HSET', KEYS[1], 'count', 0, 'ends', string.format('%.0f', ends))
  redis.call('PEXPIRE', KEYS[1], span)
end
return {redis.call('HINCRBY', KEYS[1], 'count', 1), ends}
"""


def count(key: str, *, now: int, span: int) -> tuple[int, int]:
    """Count a try under `key`: the number it has in its span, and when the span ends. All times in milliseconds since 1970."""
    if (server := _redis()) is not None:
        try:
            number, ends = server.eval(IN_REDIS, 1, key, now, span)
            return int(number), int(ends)
        except _out_of_reach() as problem:
            _say(problem)
    with connection.cursor() as cursor:
        cursor.execute(IN_A_TABLE, {"key": key, "now": now, "ends": now + span})
        number, ends = cursor.fetchone()
        return int(number), int(ends)


def reset(key: str) -> None:
    """The next try under `key` is the first again."""
    if (server := _redis()) is not None:
        try:
            server.delete(key)
            return
        except _out_of_reach() as problem:
            _say(problem)
    Tries.objects.filter(pk=key).delete()


def _redis() -> Any:
    """The server of the cache, where that is a Redis; None otherwise."""
    place = settings.CACHES["default"]
    return _connected(place["LOCATION"]) if place["BACKEND"].endswith("RedisCache") else None


@cache
def _connected(location: str) -> Any:
    """Its package is installed where it is used, not with the embedded default."""
    return import_module("redis").Redis.from_url(location, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)


def _out_of_reach() -> type[Exception]:
    error: type[Exception] = import_module("redis").RedisError
    return error


def _say(problem: Exception) -> None:
    """A limiter that is away must neither stop people nor let everybody through."""
    logger.warning("tries are counted in the table: %s", type(problem).__name__)
