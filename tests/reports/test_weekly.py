"""The weekly mail through a real mail server: what is received, kept and noted, and what a failure does."""

from __future__ import annotations

import datetime
import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from openpyxl import load_workbook

from doorstroom.settings import Settings, SettingsError
from extracts.suppliers import ContactsError
from reports import weekly
from reports.quality import write_reports
from reports.weekly import SendingError, deliver, send_all
from tests.reports.story import BOTH, HOUSE, MONDAYS, SDD, Story

WEEK = MONDAYS[-1]
#: Everyone who gets a report in the story: two coordinators and three suppliers.
EVERYONE = 5


class Mailbox:
    """Receives mail; `refuse` and `break_off` say for whom the server says no or hangs up."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.refuse: dict[str, str] = {}
        self.break_off: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        if self.break_off & set(envelope.rcpt_tos):
            assert server.transport is not None
            server.transport.abort()
            return "421 weg"
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.received if recipients == [address]]


Start = Callable[..., tuple[Mailbox, int]]


@pytest.fixture
def server_of() -> Iterator[Start]:
    """Start mail servers on this machine."""
    running: list[Controller] = []

    def start(**options: Any) -> tuple[Mailbox, int]:
        mailbox = Mailbox()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return mailbox, port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def mail(server_of: Start, story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server without TLS on this machine, and a week of which nothing was sent yet."""
    mailbox, port = server_of()
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", f"smtp://127.0.0.1:{port}?tls=geen")
    monkeypatch.setenv("DOORSTROOM_SMTP_SENDER", "Doorstroom <doorstroom@regio.example>")
    with psycopg.connect(story.url) as connection:
        connection.execute("create table bewaard as select * from kwaliteit.verzending")
        connection.execute("delete from kwaliteit.verzending where week = %s", [WEEK])
    yield mailbox
    with psycopg.connect(story.url) as connection:
        connection.execute("delete from kwaliteit.verzending")
        connection.execute("insert into kwaliteit.verzending select * from bewaard")
        connection.execute("drop table bewaard")


def noted(story: Story) -> dict[str, tuple[Any, ...]]:
    with psycopg.connect(story.url) as connection:
        rows = connection.execute(
            "select code, resultaat, keren, verzonden_op is not null, bestand "
            "from kwaliteit.verzending where week = %s",
            [WEEK],
        ).fetchall()
    return {code: tuple(row) for code, *row in rows}


def test_everyone_receives_a_summary_the_page_and_the_list(story: Story, mail: Mailbox) -> None:
    outcomes = send_all(WEEK)
    assert [row["resultaat"] for row in outcomes] == ["verzonden"] * EVERYONE
    assert len(mail.received) == EVERYONE
    (message,) = mail.to("beheer@sdd.invalid")
    truth = story.truth(SDD, WEEK, MONDAYS[1])
    assert message["From"] == "Doorstroom <doorstroom@regio.example>"
    assert message["To"] == "Sociale Dienst Drechtsteden <beheer@sdd.invalid>"
    assert message["Reply-To"] == "coordinator.dav@doorstroom.invalid"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == (
        f"Leveringen week 5 van 2021: {truth['nieuw']} nieuw, {truth['opgelost']} opgelost, {truth['open']} open"
    )
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert f"{truth['nieuw']} nieuw, {truth['opgelost']} opgelost" in plain.get_content()
    assert "Wat wij u vragen" in html.get_content()
    page, sheet = message.iter_attachments()
    assert (page.get_filename(), page.get_content_type()) == ("leverancier_sdd.html", "text/html")
    assert "Sinds vorige keer" in page.get_content()
    assert "index.html" not in page.get_content(), "a page in a mail has no neighbours"
    assert sheet.get_filename() == "bevindingen_sdd.xlsx"
    assert sheet.get_content()[:2] == b"PK"


def test_a_supplier_gets_nothing_of_another(mail: Mailbox) -> None:
    send_all(WEEK)
    for address, others in (
        ("beheer@sdd.invalid", ("99010101", "99010108", "Merwe", "Papenwaard")),
        ("registratie@99010101.invalid", ("sdd_", "99010108", "Sociale Dienst", "Papenwaard")),
    ):
        (message,) = mail.to(address)
        texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        assert texts
        assert not [other for text in texts for other in others if other in text]


def test_what_was_sent_is_kept_and_noted(story: Story, mail: Mailbox) -> None:
    send_all(WEEK)
    rows = noted(story)
    assert set(rows) == {"DAV", "CG", SDD, HOUSE, BOTH}
    assert {row[:3] for row in rows.values()} == {("verzonden", 1, True)}
    folder = Settings.from_env().state / "rapporten"
    for code, (_, _, _, file) in rows.items():
        kept = email.message_from_bytes((folder / file).read_bytes(), policy=email.policy.default)
        (received,) = [m for _, m in mail.received if m["Message-ID"] == kept["Message-ID"]]
        assert received["Subject"] == kept["Subject"], code
        for mine, theirs in zip(received.iter_attachments(), kept.iter_attachments(), strict=True):
            assert mine.get_payload(decode=True).splitlines() == theirs.get_payload(decode=True).splitlines()
    sheet = load_workbook(folder / WEEK.isoformat() / "bevindingen_sdd.xlsx")["Bevindingen"]
    assert sheet.max_row == len(story.standing(SDD)) + 1


def test_a_run_that_is_tried_again_sends_nothing_twice(story: Story, mail: Mailbox) -> None:
    send_all(WEEK)
    again = send_all(WEEK)
    assert [row["resultaat"] for row in again] == ["al_verzonden"] * EVERYONE
    assert len(mail.received) == EVERYONE
    deliver("leverancier", SDD, WEEK.isoformat(), opnieuw=True)
    assert len(mail.to("beheer@sdd.invalid")) == 2
    assert noted(story)[SDD][:2] == ("verzonden", 2)
    first, second = mail.to("beheer@sdd.invalid")
    assert first["Message-ID"] == second["Message-ID"]


def test_one_address_that_is_refused_keeps_nobody_else_waiting(story: Story, mail: Mailbox) -> None:
    mail.refuse["beheer@sdd.invalid"] = "550 onbekend"
    outcomes = {row["code"]: row for row in send_all(WEEK)}
    assert outcomes[SDD]["resultaat"] == "mislukt"
    assert "550" in outcomes[SDD]["reden"]
    assert "beheer@" not in outcomes[SDD]["reden"]
    assert len(mail.received) == EVERYONE - 1
    assert noted(story)[SDD][:3] == ("mislukt", 0, False)
    mail.refuse.clear()
    assert {row["code"]: row["resultaat"] for row in send_all(WEEK)}[SDD] == "verzonden"
    assert len(mail.received) == EVERYONE


def test_what_may_pass_is_an_error_that_airflow_tries_again(story: Story, mail: Mailbox) -> None:
    mail.refuse["beheer@sdd.invalid"] = "451 kom later terug"
    with pytest.raises(ConnectionError, match="451"):
        deliver("leverancier", SDD, WEEK.isoformat())
    mail.refuse.clear()
    assert deliver("leverancier", SDD, WEEK.isoformat())["resultaat"] == "verzonden"
    assert noted(story)[SDD][:2] == ("verzonden", 1)


def test_a_server_that_hangs_up_half_way_is_not_tried_again_by_itself(story: Story, mail: Mailbox) -> None:
    """It may have taken the message; a person decides."""
    mail.break_off.add("beheer@sdd.invalid")
    with pytest.raises(SendingError, match="brak af"):
        deliver("leverancier", SDD, WEEK.isoformat())
    assert noted(story)[SDD][0] == "bezig"
    mail.break_off.clear()
    with pytest.raises(SendingError, match="OPNIEUW=1"):
        deliver("leverancier", SDD, WEEK.isoformat())
    assert mail.received == []
    assert deliver("leverancier", SDD, WEEK.isoformat(), opnieuw=True)["resultaat"] == "verzonden"


def test_a_dry_run_shows_who_would_get_what_and_sends_nothing(
    story: Story, mail: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = send_all(WEEK, proef=True)
    assert [row["resultaat"] for row in outcomes] == ["proef"] * EVERYONE
    assert mail.received == []
    assert noted(story) == {}
    assert weekly.print_outcomes(WEEK, outcomes, proef=True) == 0
    shown = capsys.readouterr().out
    for told in ("coordinator.cg@doorstroom.invalid", "beheer@sdd.invalid", "bevindingen_sdd.xlsx", "1 februari 2021"):
        assert told in shown
    kept = Settings.from_env().state / "rapporten" / WEEK.isoformat() / "proef"
    assert len(list(kept.glob("*.eml"))) == EVERYONE
    assert "@" not in str(outcomes), "what Airflow keeps holds no address"


@pytest.mark.usefixtures("mail")
def test_last_time_is_the_report_before_that_was_sent(story: Story) -> None:
    with psycopg.connect(story.url) as connection:
        connection.execute("delete from kwaliteit.verzending where week = %s", [MONDAYS[1]])
    outcome = deliver("leverancier", SDD, WEEK.isoformat())
    truth = story.truth(SDD, WEEK, MONDAYS[0])
    assert {key: outcome[key] for key in ("nieuw", "opgelost", "teruggekeerd", "open")} == {
        key: truth[key] for key in ("nieuw", "opgelost", "teruggekeerd", "open")
    }


def test_a_supplier_without_a_contact_is_noted_and_not_forgotten(story: Story, mail: Mailbox) -> None:
    with psycopg.connect(story.url) as connection:
        connection.execute("update levering.bestanden set leverancier = '88888888' where leverancier = %s", [HOUSE])
    try:
        outcomes = {row["code"]: row for row in send_all(WEEK)}
    finally:
        with psycopg.connect(story.url) as connection:
            connection.execute("update levering.bestanden set leverancier = %s where leverancier = '88888888'", [HOUSE])
    assert outcomes["88888888"]["resultaat"] == "geen_contact"
    assert noted(story)["88888888"][0] == "geen_contact"
    assert len(mail.received) == EVERYONE - 1


def test_without_a_mail_server_reports_are_kept(story: Story) -> None:
    assert {row["resultaat"] for row in story.sent[WEEK]} == {"gearchiveerd"}
    assert {row[0] for row in noted(story).values()} == {"gearchiveerd"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


def secured(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_with_a_password_the_mail_goes_over_tls(
    mail: Mailbox, server_of: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = []

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given.append((data.login, data.password))
        return AuthResult(success=data.password == b"geheim@1")

    box, port = server_of(tls_context=secured(certificate), authenticator=authenticate, auth_require_tls=True)
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", f"smtp://post:geheim%401@localhost:{port}")
    with pytest.raises(SendingError, match="certificaat"):
        deliver("leverancier", SDD, WEEK.isoformat())
    assert given == [], "the password stays home when the certificate is not trusted"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert deliver("leverancier", SDD, WEEK.isoformat())["resultaat"] == "verzonden"
    assert given == [(b"post", b"geheim@1")]
    assert len(box.to("beheer@sdd.invalid")) == 1
    assert mail.received == []


def test_tls_from_the_start(
    mail: Mailbox, server_of: Start, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    box, port = server_of(ssl_context=secured(certificate), ready_timeout=5, server_hostname="localhost")
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", f"smtps://localhost:{port}")
    assert deliver("leverancier", SDD, WEEK.isoformat())["resultaat"] == "verzonden"
    assert len(box.received) == 1
    assert mail.received == []


def test_a_server_without_tls_gets_no_password_and_no_mail(mail: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Settings.from_env().smtp_url
    assert plain is not None
    port = plain.get_secret_value().split(":")[2].split("?")[0]
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", f"smtp://post:geheim@127.0.0.1:{port}")
    with pytest.raises(SendingError, match="TLS") as caught:
        deliver("leverancier", SDD, WEEK.isoformat())
    assert "geheim" not in str(caught.value)
    assert mail.received == []


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(
    "url", ["http://x", "smtp://u:w@h?tls=geen", "smtps://h?tls=geen", "smtp://h?ssl=1", "smtp://"]
)
def test_a_setting_that_cannot_be_is_told(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", url)
    with pytest.raises(SettingsError, match="DOORSTROOM_SMTP_URL"):
        deliver("leverancier", SDD, WEEK.isoformat())


def test_no_mail_server_there_is_an_error_to_try_again(
    story: Story, mail: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTROOM_SMTP_URL", "smtp://127.0.0.1:1?tls=geen")
    with pytest.raises(ConnectionError):
        deliver("leverancier", SDD, WEEK.isoformat())
    assert noted(story)[SDD][0] == "mislukt"
    assert mail.received == []


@pytest.mark.parametrize(("text", "monday"), [("2021-02-03", "2021-02-01"), ("2021-02-01", "2021-02-01")])
def test_a_week_is_named_by_any_of_its_days(text: str, monday: str) -> None:
    assert weekly.week_of(text).isoformat() == monday


@pytest.mark.usefixtures("story")
def test_the_week_is_that_of_the_last_night_unless_said() -> None:
    assert weekly.week_of(None) == WEEK
    moment = datetime.datetime(2026, 11, 22, 23, 30, tzinfo=datetime.UTC)  # half past twelve on Monday here
    assert weekly.week_of(None, moment) == datetime.date(2026, 11, 23)
    with pytest.raises(SettingsError, match="WEEK=maandag"):
        weekly.week_of("maandag")


def test_a_report_in_a_week_without_a_night_says_how_old_it_is(mail: Mailbox) -> None:
    deliver("leverancier", SDD, "2021-02-15")
    (message,) = mail.to("beheer@sdd.invalid")
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    assert len(texts) == 3
    for text in texts:
        assert "inds de nacht van maandag 1 februari 2021 is geen nacht meer gedraaid" in text


def test_a_list_of_contacts_that_cannot_be_read_stops_the_mail_and_not_the_night(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "contacten.yaml"
    broken.write_text("leveranciers: [geen, lijst, van, namen]")
    monkeypatch.setenv("DOORSTROOM_CONTACTEN", str(broken))
    with pytest.raises(ContactsError):
        weekly.plan(WEEK)
    assert len(write_reports(tmp_path / "uit")) == EVERYONE + 1
    assert story.sent
