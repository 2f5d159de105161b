"""The same drop by path, file://, a real SFTP server and a real S3 endpoint; and nothing is ever written to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import boto3
import pytest
from delivered import AGB, CORPORATION, Night, message, table_text, workbook_bytes
from moto.server import ThreadedMotoServer

from extracts.drop import Drop, DropError, DropFile, Supplier, UnreadableError, without_secrets

Query = Callable[..., list[tuple[Any, ...]]]

FILES: dict[str, bytes] = {
    "sdd/sdd_indicaties_20180105.csv": table_text("sdd_indicaties", [{"indicatie_nummer": "é"}]).encode(),
    f"zorgaanbieders/{AGB}/WMO305_20180105_1.xml": message("wmo305").encode(),
    f"corporaties/{CORPORATION}/woningen_20180101.xlsx": workbook_bytes(),
    "zorgaanbieders/x/y.txt": b"onbekende map",
    "sdd/.verborgen": b"",
    "sdd/archief/sdd_indicaties_20170101.csv": b"in een map binnen de map",
}
USER, PASSWORD = "naam", "g@heim:/1"


def fill(root: Path) -> None:
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def picture(root: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(root.rglob("*"))
    }


class _Login(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return bool(username)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


class _ReadOnly(asyncssh.SFTPServer):
    """Refuses to open what it is told to, and notes every attempt to write."""

    closed: ClassVar[set[bytes]] = set()
    writes: ClassVar[list[str]] = []

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & ~asyncssh.FXF_READ:
            self.writes.append("open")
        if path.rpartition(b"/")[2] in self.closed:
            raise asyncssh.SFTPPermissionDenied("dicht")
        return super().open(path, pflags, attrs)

    def scandir(self, path: bytes) -> Any:
        if path.rpartition(b"/")[2] in self.closed:
            raise asyncssh.SFTPPermissionDenied("dicht")
        return super().scandir(path)


@pytest.fixture
def sftp(tmp_path: Path) -> Iterator[str]:
    """URL of a drop on a real SFTP server in this process."""
    root = tmp_path / "sftp" / "drop"
    fill(root)
    _ReadOnly.closed.clear()
    _ReadOnly.writes.clear()
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    async def serve() -> Any:
        return await asyncssh.create_server(
            _Login,
            "127.0.0.1",
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            sftp_factory=lambda channel: _ReadOnly(channel, chroot=str(root.parent).encode()),
        )

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(30)
    yield f"sftp://{USER}:g%40heim%3A%2F1@127.0.0.1:{server.get_port()}/drop"
    loop.call_soon_threadsafe(server.close)
    asyncio.run_coroutine_threadsafe(server.wait_closed(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """URL of a drop in a bucket of a real S3 endpoint in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "toets")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "toets")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    client = boto3.client("s3")
    client.create_bucket(Bucket="leveringen")
    client.put_object(Bucket="leveringen", Key="regio/drop/sdd/", Body=b"")  # a folder's own marker
    for name, content in FILES.items():
        client.put_object(Bucket="leveringen", Key=f"regio/drop/{name}", Body=content)
    yield "s3://leveringen/regio/drop"
    server.stop()


pytestmark = pytest.mark.filterwarnings("ignore:Unknown ssh-ed25519 host key")


@pytest.fixture(params=["path", "file", "sftp", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param in {"sftp", "s3"}:
        return str(request.getfixturevalue(request.param))
    fill(tmp_path / "met spatie")
    path = tmp_path / "met spatie"
    return str(path) if request.param == "path" else path.as_uri()


def test_every_kind_of_drop_holds_the_same(url: str) -> None:
    with Drop(url) as drop:
        assert drop.suppliers("sdd") == [Supplier("sdd", "sdd", "sdd")]
        assert drop.suppliers("vggm") == []
        assert drop.suppliers("zorgaanbieders") == [
            Supplier("zorgaanbieders", AGB, f"zorgaanbieders/{AGB}"),
            Supplier("zorgaanbieders", "x", "zorgaanbieders/x", recognised=False),
        ]
        for kind in ("sdd", "zorgaanbieders", "corporaties"):
            for supplier in drop.suppliers(kind):
                for file in drop.files(supplier):
                    assert drop.read(file) == FILES[file.path]
        assert drop.files(drop.suppliers("sdd")[0]) == [DropFile("sdd/sdd_indicaties_20180105.csv")]
        with pytest.raises(UnreadableError):
            drop.read(DropFile("sdd/weg.csv"))
        assert drop.strangers() == []


def test_a_night_on_every_kind_of_drop(night: Night, query: Query, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTROOM_DROP", url)
    night.url = url
    assert [(r["feed"], r["geaccepteerd"]) for r in night.run()] == [
        ("sdd_indicaties", 1),
        ("wmo305", 1),
        ("woningen", 1),
    ]
    assert night.run() == []
    assert query("select indicatie_nummer from raw.sdd_indicaties") == [("é",)]
    assert "heim" not in str(query("select drop_url from levering.nachten"))


def test_nothing_is_ever_written_to_a_drop(
    night: Night, tmp_path: Path, sftp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(night.root)
    before = picture(night.root)
    night.run()
    night.run()
    assert picture(night.root) == before
    served = tmp_path / "sftp"
    before = picture(served)
    monkeypatch.setenv("DOORSTROOM_DROP", sftp)
    night.url = sftp
    night.run()
    assert picture(served) == before
    assert _ReadOnly.writes == []


def test_a_closed_file_or_folder_does_not_stop_the_others(
    night: Night, query: Query, sftp: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = tmp_path / "sftp" / "drop"
    (served / "sdd" / "sdd_indicaties_20180104.csv").write_bytes(b"dicht")
    (served / "zorgaanbieders" / "42420009").mkdir()
    _ReadOnly.closed |= {b"sdd_indicaties_20180104.csv", b"42420009"}
    monkeypatch.setenv("DOORSTROOM_DROP", sftp)
    night.url = sftp
    night.run()
    fate = {row[0]: row[1:] for row in query("select bestand, status, reden from levering.bestanden")}
    assert fate["sdd/sdd_indicaties_20180104.csv"][0] == "geweigerd"
    assert "niet worden geopend" in fate["sdd/sdd_indicaties_20180104.csv"][1]
    assert fate["zorgaanbieders/42420009/"][0] == "geweigerd"
    assert "map" in fate["zorgaanbieders/42420009/"][1]
    assert fate["sdd/sdd_indicaties_20180105.csv"][0] == "geaccepteerd"
    assert fate[f"zorgaanbieders/{AGB}/WMO305_20180105_1.xml"][0] == "geaccepteerd"
    assert night.run() == []
    _ReadOnly.closed.clear()
    (served / "sdd" / "sdd_indicaties_20180104.csv").write_bytes(FILES["sdd/sdd_indicaties_20180105.csv"])
    night.run()
    assert query(
        "select status from levering.bestanden where bestand = 'sdd/sdd_indicaties_20180104.csv' order by levering_id"
    ) == [("geweigerd",), ("geaccepteerd",)]


def test_a_lost_connection_is_made_again(sftp: str) -> None:
    with Drop(sftp) as drop:
        drop._fs.client.close()
        assert drop.read(DropFile("sdd/sdd_indicaties_20180105.csv")) == FILES["sdd/sdd_indicaties_20180105.csv"]


def test_wrong_password_and_nobody_there(sftp: str) -> None:
    with pytest.raises(DropError, match="wachtwoord klopt niet") as error:
        Drop(sftp.replace("g%40heim%3A%2F1", "fout"))
    assert "fout@" not in str(error.value)
    with pytest.raises(DropError, match="niet bereikbaar"):
        Drop("sftp://naam:fout@127.0.0.1:1/drop")
    with pytest.raises(DropError, match="bestaat niet"):
        Drop(sftp + "/weg")


def test_a_missing_bucket(s3: str) -> None:
    with pytest.raises(DropError):
        Drop("s3://bestaat-niet/drop")
    with pytest.raises(DropError, match="bestaat niet"):
        Drop(s3 + "/weg")


def test_large_files_over_sftp(sftp: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "sftp" / "drop" / "sdd" / "groot.bin").write_bytes(content)
    with Drop(sftp) as drop:
        assert drop.read(DropFile("sdd/groot.bin")) == content


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("/pad/drop", "/pad/drop"),
        ("sftp://a:b@host:22/pad?x=1", "sftp://host:22/pad"),
        ("s3://bucket/pad", "s3://bucket/pad"),
    ],
)
def test_urls_are_shown_without_secrets(url: str, shown: str) -> None:
    assert without_secrets(url) == shown
