"""The drop: where suppliers deliver, reached by URL and only ever read (deliveries, «The drop»)."""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import paramiko  # type: ignore[import-untyped]
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.sftp import SFTPFileSystem

log = logging.getLogger(__name__)

# At level DEBUG these name every file they open, and a supplier may have put anything in a file's name.
for _library in ("fsspec", "s3fs", "paramiko", "botocore", "aiobotocore", "urllib3", "aiohttp"):
    logging.getLogger(_library).setLevel(logging.WARNING)

#: Suppliers of a kind: one folder, or one folder per supplier whose name must look like this.
KINDS: dict[str, re.Pattern[str] | None] = {
    "sdd": None,
    "vggm": None,
    "zorgaanbieders": re.compile(r"\d{8}"),
    "corporaties": re.compile(r"L\d{4}"),
}
#: How such a name is described to a supplier.
FOLDER_NAMES = {"zorgaanbieders": "een AGB-code van acht cijfers", "corporaties": "een L gevolgd door vier cijfers"}

#: Larger files are refused: they are held in memory, so that the bytes hashed are the bytes loaded.
MAX_FILE_BYTES = 1024**3

_SFTP_TIMEOUT = 30
_ADVICE = (
    "Controleer DROP (of DOORSTROOM_DROP): een map, sftp://gebruiker:wachtwoord@host:poort/pad of s3://bucket/pad."
)


class DropError(Exception):
    """The drop as a whole cannot be reached; the message says what to do. Never holds a password."""


class UnreadableError(Exception):
    """One folder or file cannot be read; the others can."""


@dataclass(frozen=True)
class Supplier:
    """One supplier's folder; `recognised` is False when its name is not one deliveries.md allows."""

    kind: str
    name: str
    folder: str
    recognised: bool = True


@dataclass(frozen=True, order=True)
class DropFile:
    """One file, by its path within the drop."""

    path: str

    @property
    def name(self) -> str:
        """Its name without folders."""
        return posixpath.basename(self.path)


def without_secrets(url: str) -> str:
    """Return a drop's URL as it may be shown and stored: without user, password or query."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def has_password(url: str) -> bool:
    """Whether a drop's URL holds a password."""
    return "://" in url and urlsplit(url).password is not None


class _Sftp(SFTPFileSystem):
    """SFTP that believes `known_hosts`: a changed host key is refused, an unknown host is let in with a warning."""

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.load_system_host_keys()
        self.client.set_missing_host_key_policy(paramiko.WarningPolicy())
        self.client.connect(self.host, **self.ssh_kwargs)
        self.ftp = self.client.open_sftp()


def _sftp(url: str) -> tuple[AbstractFileSystem, str]:
    parts = urlsplit(url)
    if not parts.hostname:
        raise DropError(f"In de URL van de drop ontbreekt de host. {_ADVICE}")
    login: dict[str, Any] = {"port": parts.port or 22, "timeout": _SFTP_TIMEOUT, "banner_timeout": _SFTP_TIMEOUT}
    if parts.username:
        login["username"] = unquote(parts.username)
    if parts.password:
        login |= {"password": unquote(parts.password), "look_for_keys": False, "allow_agent": False}
    return _Sftp(parts.hostname, skip_instance_cache=True, **login), unquote(parts.path) or "/"


def _s3(url: str) -> tuple[AbstractFileSystem, str]:
    from s3fs import S3FileSystem  # noqa: PLC0415 - half a second that a local drop need not pay

    parts = urlsplit(url)
    # Keys, region and another endpoint than Amazon's come from the usual AWS variables and files.
    return S3FileSystem(skip_instance_cache=True, use_listings_cache=False), f"{parts.netloc}{unquote(parts.path)}"


class Drop:
    """An opened drop. Use as a context manager; nothing in here can write."""

    def __init__(self, url: str) -> None:
        """Open a drop by URL. Raises DropError when it does not exist or cannot be reached."""
        self.shown = without_secrets(url)
        self._url = url
        self._connect()
        try:
            exists = self._fs.isdir(self._root)
        except Exception as error:
            raise self._unreachable(error) from None
        if not exists:
            raise DropError(f"De drop {self.shown} bestaat niet of is geen map. {_ADVICE}")

    def _connect(self) -> None:
        scheme = urlsplit(self._url).scheme if "://" in self._url else ""
        try:
            if scheme in {"", "file"}:
                path = Path(unquote(urlsplit(self._url).path) if scheme else self._url).expanduser().resolve()
                self._fs, self._root = LocalFileSystem(skip_instance_cache=True), path.as_posix()
            elif scheme == "sftp":
                self._fs, self._root = _sftp(self._url)
            elif scheme == "s3":
                self._fs, self._root = _s3(self._url)
            else:
                raise DropError(f"Een drop van soort {scheme}:// wordt niet ondersteund. {_ADVICE}")
        except DropError:
            raise
        except Exception as error:
            raise self._unreachable(error) from None
        self._root = self._root.rstrip("/") or "/"

    def _unreachable(self, error: Exception) -> DropError:
        reasons = {
            paramiko.AuthenticationException: "gebruikersnaam of wachtwoord klopt niet",
            paramiko.BadHostKeyException: "de sleutel van de server is een andere dan in known_hosts",
            PermissionError: "geen leesrecht",
            TimeoutError: "geen antwoord",
            ConnectionError: "geen verbinding",
            paramiko.ssh_exception.NoValidConnectionsError: "geen verbinding",
        }
        reason = next((text for kind, text in reasons.items() if isinstance(error, kind)), type(error).__name__)
        return DropError(f"De drop {self.shown} is niet bereikbaar ({reason}). {_ADVICE}")

    def __enter__(self) -> Drop:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, where there is one."""
        client = getattr(self._fs, "client", None)
        if isinstance(client, paramiko.SSHClient):
            client.close()

    def _at(self, path: str) -> str:
        return posixpath.join(self._root, path) if path else self._root

    def _attempt(self, action: Any, what: str) -> Any:
        """Do something with one path: once more after a lost connection; then the drop itself is the problem.

        Raises UnreadableError for this path alone, DropError for the drop.
        """
        for last in (False, True):
            try:
                return action()
            except (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError):
                raise UnreadableError(what) from None
            except Exception as error:
                if isinstance(self._fs, LocalFileSystem):
                    raise UnreadableError(what) from None
                if last and type(error) is OSError and isinstance(self._fs, SFTPFileSystem):
                    # Connected again by now, and the server still answers «Failure»: it is about this path.
                    raise UnreadableError(what) from None
                if last:
                    raise self._unreachable(error) from None
                log.warning("Verbinding met de drop verbroken (%s); nieuwe poging", type(error).__name__)
                self.close()
                self._connect()
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Yield (name, is a folder) of what is in a folder; hidden names are left out."""
        options = {} if isinstance(self._fs, LocalFileSystem | SFTPFileSystem) else {"refresh": True}
        found = self._attempt(lambda: self._fs.ls(self._at(folder), detail=True, **options), folder)
        for entry in sorted(found, key=lambda item: str(item["name"])):
            path = str(entry["name"]).rstrip("/")
            name = posixpath.basename(path)
            # S3 lists a folder's own marker within it.
            if not name.startswith(".") and path.lstrip("/") != self._at(folder).lstrip("/"):
                yield name, entry["type"] == "directory"

    def suppliers(self, kind: str) -> list[Supplier]:
        """Return the supplier folders of a kind (a key of `KINDS`), in order of name; none when nobody delivered.

        Raises DropError when the drop is gone, UnreadableError when the folder of that kind cannot be listed.
        """
        top = [name for name, is_folder in self._entries("") if is_folder]
        if kind not in top:
            return []
        shape = KINDS[kind]
        if shape is None:
            return [Supplier(kind, kind, kind)]
        entries = list(self._entries(kind))
        found = [
            Supplier(kind, name, f"{kind}/{name}", recognised=bool(shape.fullmatch(name)))
            for name, is_folder in entries
            if is_folder
        ]
        if any(not is_folder for _, is_folder in entries):
            # Files beside the suppliers' folders belong to nobody; they are refused, not overlooked.
            found.append(Supplier(kind, kind, kind, recognised=False))
        return found

    def strangers(self) -> list[str]:
        """Return the names in the root of the drop that belong to no kind of supplier. Raises UnreadableError."""
        return [name for name, is_folder in self._entries("") if not is_folder or name not in KINDS]

    def files(self, supplier: Supplier) -> list[DropFile]:
        """Return the files directly in a supplier's folder, in order of name. Raises UnreadableError."""
        return [
            DropFile(f"{supplier.folder}/{name}") for name, is_folder in self._entries(supplier.folder) if not is_folder
        ]

    def read(self, file: DropFile) -> bytes:
        """Return a file's bytes. Raises UnreadableError when this file cannot be read or is larger than the limit."""

        def fetch() -> bytes:
            with self._fs.open(self._at(file.path), "rb") as stream:
                if isinstance(stream, paramiko.SFTPFile):
                    stream.prefetch()
                return stream.read(MAX_FILE_BYTES + 1)

        data: bytes = self._attempt(fetch, file.path)
        if len(data) > MAX_FILE_BYTES:
            raise UnreadableError(file.path)
        return data
