"""The warehouse: real servers that are started, killed, moved and shared."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from doorstroom import warehouse as module
from doorstroom.settings import REPOSITORY, Settings
from doorstroom.warehouse import BI_ROLE, EmbeddedServer, WarehouseError

#: An ordinary user that exists everywhere; initdb insists on one that does.
ORDINARY = pwd.getpwnam("nobody").pw_uid

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a server as somebody else")


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "warehouse", durable=False)
    yield server
    server.stop()


def postmaster(server: EmbeddedServer) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().splitlines()[0]))


def write_and_read(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists blijft (n int)")
        connection.execute("insert into blijft values (1)")
        row = connection.execute("select count(*) from blijft").fetchone()
    assert row is not None
    return int(row[0])


def test_data_and_port_survive_a_restart(embedded: EmbeddedServer) -> None:
    embedded.start()
    first = embedded.url()
    assert write_and_read(first) == 1
    assert embedded.stop() is True
    assert embedded.running_port() is None
    assert embedded.stop() is False
    embedded.start()
    assert embedded.url() == first
    assert write_and_read(first) == 2


def test_a_killed_server_comes_back_with_what_was_committed(embedded: EmbeddedServer) -> None:
    embedded.start()
    assert write_and_read(embedded.url()) == 1
    with psycopg.connect(embedded.url("postgres"), autocommit=True) as connection:
        connection.execute("checkpoint")
    postmaster(embedded).kill()
    deadline = time.monotonic() + 10
    while embedded.running_port() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (embedded.data / "postmaster.pid").exists(), "the killed server should have left its pid file"
    embedded.start()
    assert write_and_read(embedded.url()) == 2


def test_a_stale_pid_that_is_another_program_now_is_not_in_the_way(embedded: EmbeddedServer) -> None:
    embedded.start()
    postmaster(embedded).send_signal(signal.SIGINT)
    deadline = time.monotonic() + 10
    while (embedded.data / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (embedded.data / "postmaster.pid").write_text(f"{bystander.pid}\n{embedded.data}\n0\n1\n\n\n\nready\n")
        assert embedded.running_port() is None
        embedded.start()
        assert write_and_read(embedded.url()) == 1
        assert bystander.poll() is None, "the bystander must not be harmed"
    finally:
        bystander.kill()
        bystander.wait()


def test_a_port_taken_by_another_program_is_left_to_it(embedded: EmbeddedServer) -> None:
    embedded.start()
    port = embedded.running_port()
    assert port is not None
    embedded.stop()
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", port))
        squatter.listen()
        embedded.start()
        assert embedded.running_port() not in (None, port)
        assert write_and_read(embedded.url()) == 1


def test_an_interrupted_first_start_is_begun_again(embedded: EmbeddedServer) -> None:
    embedded.data.mkdir(parents=True)
    (embedded.data / "half").write_text("klaar")
    embedded.start()
    assert write_and_read(embedded.url()) == 1


def test_many_at_once_start_one_server(embedded: EmbeddedServer) -> None:
    def start(_: int) -> str:
        EmbeddedServer(embedded.directory, durable=False).start()
        return embedded.url()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(start, range(6)))) == 1


def test_the_last_user_stops_the_server_and_not_before(embedded: EmbeddedServer) -> None:
    with embedded.in_use():
        with embedded.in_use():
            assert write_and_read(embedded.url()) == 1
        assert embedded.running_port() is not None
        assert write_and_read(embedded.url()) == 2
    assert embedded.running_port() is None


def test_a_server_with_a_connection_from_elsewhere_is_left_running(embedded: EmbeddedServer) -> None:
    with embedded.in_use():
        visitor = psycopg.connect(embedded.url())
    try:
        assert visitor.execute("select 1").fetchone() == (1,)
    finally:
        visitor.close()


def test_it_listens_on_this_machine_only_and_asks_for_a_password(embedded: EmbeddedServer) -> None:
    embedded.start()
    listening = {c.laddr.ip for c in postmaster(embedded).net_connections("inet") if c.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    without = embedded.url().replace(embedded.url().split(":")[2].split("@")[0], "verkeerd")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(without)
    for name in ("password", "port", "server.log"):
        assert stat.S_IMODE((embedded.directory / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(embedded.directory.stat().st_mode) == 0o700


def test_a_server_that_cannot_start_says_why(embedded: EmbeddedServer) -> None:
    embedded.start()
    embedded.stop()
    (embedded.data / "global" / "pg_control").unlink()
    with pytest.raises(WarehouseError, match="pg_control"):
        embedded.start()


@as_root
def test_as_root_the_server_is_not_root_and_nothing_outside_its_folder_changes(tmp_path: Path) -> None:
    closed = tmp_path / "root-only"
    closed.mkdir(mode=0o700)
    before = (closed.stat().st_uid, closed.stat().st_mode)
    server = EmbeddedServer(closed / "state" / "warehouse", durable=False)
    server.start()
    try:
        assert write_and_read(server.url()) == 1
        assert postmaster(server).uids().effective != 0
        assert (closed.stat().st_uid, closed.stat().st_mode) == before
        assert (closed / "state").stat().st_uid == 0
    finally:
        server.stop()


def interpreter_for_everybody() -> str:
    """Return a Python of this version that other users may run, with our packages through PYTHONPATH."""
    for candidate in (
        sys.executable,
        shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path=os.defpath),
    ):
        with contextlib.suppress(OSError, TypeError):
            subprocess.run([candidate, "-c", ""], user=ORDINARY, group=ORDINARY, extra_groups=[], cwd="/", check=True)
            return str(candidate)
    pytest.skip("no Python here that another user may run")


@as_root
def test_as_an_ordinary_user_with_an_empty_home() -> None:
    if not os.access(REPOSITORY, os.R_OK) or not module._reachable_by_others(REPOSITORY):
        pytest.skip("this checkout is closed to other users")
    python = interpreter_for_everybody()
    # Not under tmp_path: pytest keeps that closed to other users.
    folder = Path("/tmp") / f"doorstroom-{os.getpid()}"  # noqa: S108
    folder.mkdir(mode=0o755)
    os.chown(folder, ORDINARY, ORDINARY)
    script = (
        "from doorstroom import warehouse as w; from doorstroom.settings import Settings; s = Settings.from_env();\n"
        "print(w.ensure_running(s)); print(w.stop(s))"
    )
    try:
        finished = subprocess.run(
            [python, "-c", script],
            user=ORDINARY,
            group=ORDINARY,
            extra_groups=[],
            cwd="/",
            env={
                "HOME": "",
                "PATH": os.defpath,
                "PYTHONPATH": f"{REPOSITORY}{os.pathsep}{sysconfig.get_path('purelib')}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "DOORSTROOM_STATE": str(folder / "state"),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert finished.returncode == 0, finished.stderr
        assert finished.stdout.startswith("postgresql://doorstroom:")
        assert finished.stdout.endswith("True\n")
        assert (folder / "state" / "warehouse" / "pgdata").stat().st_uid == ORDINARY
    finally:
        shutil.rmtree(folder)


def test_embedded_and_external_are_the_same_warehouse(embedded: EmbeddedServer, tmp_path: Path) -> None:
    inside = Settings(state=tmp_path)
    outside = Settings(state=tmp_path / "elsewhere", warehouse=module.ensure_running(inside))
    assert module.ensure_running(outside) == embedded.url()
    with module.connect(inside) as one, module.connect(outside) as other:
        for connection in (one, other):
            assert connection.execute("show timezone").fetchone() == ("Europe/Amsterdam",)
    assert not (tmp_path / "elsewhere").exists(), "an external warehouse needs no embedded one"


def test_bi_lezer_reads_publicatie_and_nothing_else(embedded: EmbeddedServer, tmp_path: Path) -> None:
    settings = Settings(state=tmp_path)
    with module.connect(settings) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.geheim as select 1 as n")
        connection.execute("create table publicatie.open as select 2 as n")
    with psycopg.connect(embedded.url(role=BI_ROLE), autocommit=True) as reader:
        assert reader.execute("select n from publicatie.open").fetchone() == (2,)
        for forbidden in (
            "select * from marts.geheim",
            "delete from publicatie.open",
            "create table publicatie.eigen (n int)",
            "create table public.eigen (n int)",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                reader.execute(forbidden)


def test_an_unreachable_warehouse_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql://iemand:geheim@127.0.0.1:{module.free_port()}/nergens"
    with pytest.raises(WarehouseError, match=r"127\.0\.0\.1") as caught:
        module.ensure_running(Settings(state=tmp_path, warehouse=url))
    assert "geheim" not in str(caught.value)


def test_each_test_has_a_warehouse_of_its_own(warehouse: str) -> None:
    assert Settings.from_env().warehouse == warehouse
    with module.connect() as connection:
        assert connection.execute("select to_regclass('publicatie.open')").fetchone() == (None,)
        row = connection.execute("select current_database()").fetchone()
    assert row is not None
    assert warehouse.endswith(row[0])


def test_urls_for_dbt_and_sqlalchemy_keep_odd_characters() -> None:
    url = "postgresql://ge%40bruiker:w%2Fo%40rd@db.example.org/hu%69s?sslmode=require"
    variables = module.dbt_environment(url)
    assert variables["DBT_USER"] == "ge@bruiker"
    assert variables["DBT_PASSWORD"] == "w/o@rd"  # noqa: S105 - an invented one
    assert (variables["DBT_HOST"], variables["DBT_PORT"]) == ("db.example.org", "5432")
    assert module.sqlalchemy_url(url).startswith("postgresql+psycopg2://ge%40bruiker:w%2Fo%40rd@db.example.org/")
