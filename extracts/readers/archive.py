"""Zip files: looked into in memory, never unpacked to disk, never expanded beyond a limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from extracts.readers.base import Geweigerd

#: Limits of what one archive may become. Real messages shrink to a tenth, workbooks to a fiftieth at most.
MAX_UNPACKED = 512 * 1024**2
MAX_RATIO = 200
#: Below this size a high ratio is innocent: a sheet of equal cells shrinks a lot.
RATIO_FROM = 5 * 1024**2
MAX_MEMBERS = 50_000

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


def open_archive(data: bytes, what: str = "zip-bestand") -> zipfile.ZipFile:
    """Open an archive whose contents are complete and stay within the limits.

    Reads every member once, so that a damaged member refuses the whole archive before anything of it is used.
    Raises Geweigerd for a truncated or damaged archive, a zip bomb, or a member behind a password.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGED:
        raise Geweigerd(f"Het {what} is beschadigd of niet volledig.") from None
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > RATIO_FROM and unpacked > MAX_RATIO * len(data))
    ):
        raise Geweigerd(f"Het {what} wordt bij uitpakken onredelijk groot en is daarom niet geopend.")
    if any(member.flag_bits & 0x1 for member in members):
        raise Geweigerd(f"Het {what} is met een wachtwoord beveiligd.")
    try:
        # zipfile reads no more of a member than the size it declares, which is within the limits by now.
        damaged = archive.testzip()
    except (*_DAMAGED, RuntimeError):
        damaged = "?"
    if damaged is not None:
        raise Geweigerd(f"Het {what} is beschadigd of niet volledig.")
    return archive


def harmless(name: str) -> str:
    """Return a member's name without drive, root or parent folders; it is a label, never a path to write to."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    if parts and parts[0].endswith(":"):
        parts = parts[1:]
    return "/".join(parts) or "naamloos"


@dataclass(frozen=True)
class Member:
    """One file in an archive."""

    name: str
    data: bytes

    @property
    def file_name(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.name).name


def members(archive: zipfile.ZipFile) -> Iterator[Member]:
    """Yield the files of an opened archive, in order of name; folders are no files."""
    for info in sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename):
        yield Member(harmless(info.filename), archive.read(info))
