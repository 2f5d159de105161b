"""The publication of a night: disclosure-safe figures for readers, the marts as published, and why figures changed.

All in one transaction: a night broken off anywhere leaves the previous publication, whole, or has made the next.
"""

from __future__ import annotations

from typing import Any

from doorstroom import kennis
from doorstroom.warehouse import connect
from publication import revisions, vintage
from publication.publish import publish
from publication.vintage import Publication


def publish_night(*, readers: bool = True) -> dict[str, Any]:
    """Publish the marts of the night being run, and keep them with what changed since the publication before.

    Returns what `publish` does, `vintage` (rows stored anew per mart) and `revisies` (rows per cause). `readers` False
    leaves schema `publicatie` alone. Raises what `publish` raises; nothing has changed then.
    """
    base = _base()
    with connect() as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        result = publish(connection) if readers else {}
        previous = vintage.latest(connection)
        publication = vintage.begin(connection)
        project = revisions.Project()
        changed = (
            revisions.Revision(connection, project, publication, previous, base).run() if previous is not None else {}
        )
        stored = vintage.store(connection, publication)
        revisions.keep(connection, project)
        for schema in (kennis.MARTS, *kennis.HELPERS) if base else ():
            kennis.drop(connection, base or "", (schema,))
    return {**result, "vintage": stored, "revisies": changed}


def _base() -> str | None:
    """Build the previous publication again when it cannot be compared as it is; returns the suffix of its schemas.

    That is so when the definitions or the gemeenten are others since, and when what it was made from was not kept.
    """
    with connect() as connection:
        vintage.prepare(connection)
        previous = vintage.latest(connection)
        if previous is None or (_same_versions(previous) and revisions.can_compare(connection)):
            return None
    moment = previous.bekend_op
    kennis.rebuild(moment.isoformat(), keep_helpers=True)
    return kennis.suffix(moment)


def _same_versions(previous: Publication) -> bool:
    return (previous.definitieversie, previous.indelingversie) == (
        vintage.definition_version(),
        vintage.classification_version(),
    )
