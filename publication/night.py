"""The publication of a night: disclosure-safe figures for readers, and the marts as published in schema `vintage`.

Both in one transaction: a night broken off anywhere leaves the previous publication, whole, or has made the next.
"""

from __future__ import annotations

from typing import Any

from doorstroom.warehouse import connect
from publication import vintage
from publication.publish import publish


def publish_night() -> dict[str, Any]:
    """Publish the marts of the night being run; returns what `publish` does, and `vintage` (rows stored per mart).

    Raises what `publish` raises; nothing has changed then.
    """
    with connect() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        result = publish(connection)
        vintage.prepare(connection)
        publication = vintage.begin(connection)
        return {**result, "vintage": vintage.store(connection, publication)}
