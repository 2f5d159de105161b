"""The weekly report: who gets it, the mail, its archive and what became of each of them.

Every regio's coordinator and every supplier's contact gets a mail of a few lines with the report and, for a supplier,
the list of findings attached. What is sent is kept under `rapporten/<week>/` in the state folder, and
`kwaliteit.verzending` holds one row per week and recipient. Nobody gets the same report twice, however often a run is
tried again; what failed for one recipient keeps nobody else waiting.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from doorstroom.settings import Settings, SettingsError
from doorstroom.warehouse import TIMEZONE, connect
from reports import figures, findings, workbook
from reports.findings import Moments, monday
from reports.page import long_date, number, render, with_weekday, write
from reports.post import MailRefusedError, Post, UncertainError
from reports.quality import Library

COORDINATOR, LEVERANCIER = "coordinator", "leverancier"

#: What became of a report. `bezig` while the mail server has it: found later, nobody knows whether it took it.
BEZIG, VERZONDEN, GEARCHIVEERD, MISLUKT, GEEN_CONTACT = "bezig", "verzonden", "gearchiveerd", "mislukt", "geen_contact"

_LOCK = 0x72617070  # "rapp" in ASCII

_DDL = """
create schema if not exists kwaliteit;
create table if not exists kwaliteit.verzending (
    week date not null,
    rol text not null check (rol in ('coordinator', 'leverancier')),
    code text not null,
    peil date not null,
    voor date,
    resultaat text not null check (resultaat in ('bezig', 'verzonden', 'gearchiveerd', 'mislukt', 'geen_contact')),
    reden text,
    bestand text,
    keren integer not null default 0,
    verzonden_op timestamptz,
    bijgewerkt_op timestamptz not null default now(),
    primary key (week, rol, code)
);
comment on table kwaliteit.verzending is 'De weekrapporten: één rij per week en ontvanger, met wat ervan is geworden.';
comment on column kwaliteit.verzending.week is 'Maandag van de week van het rapport.';
comment on column kwaliteit.verzending.rol is 'coordinator of leverancier.';
comment on column kwaliteit.verzending.code is 'De regio van de coördinator, of de leverancier.';
comment on column kwaliteit.verzending.peil is 'DATE van de nacht waarna het rapport de stand geeft.';
comment on column kwaliteit.verzending.voor is 'DATE van de nacht waarmee is vergeleken; leeg bij het eerste rapport.';
comment on column kwaliteit.verzending.resultaat is
    'verzonden; gearchiveerd (geen mailserver ingesteld); mislukt; geen_contact; bezig (onbekend of het aankwam).';
comment on column kwaliteit.verzending.reden is 'Waarom het niet is verzonden.';
comment on column kwaliteit.verzending.bestand is 'Het bewaarde bericht, in de map rapporten van DOORSTROOM_STATE.';
comment on column kwaliteit.verzending.keren is 'Hoe vaak het is verzonden.';
comment on column kwaliteit.verzending.verzonden_op is 'Wanneer de mailserver het aannam.';
comment on column kwaliteit.verzending.bijgewerkt_op is 'Wanneer deze rij het laatst is gewijzigd.';
"""


class SendingError(Exception):
    """A report did not reach its recipient; the message says why, in Dutch, without an address in it."""


@dataclass(frozen=True)
class Recipient:
    """Who gets which report: the coordinator of regio `code`, or the contact of supplier `code`."""

    rol: str
    code: str
    naam: str
    email: str | None


@dataclass(frozen=True)
class Outcome:
    """What became of one report; `nieuw` to `open` are the counts in it."""

    rol: str
    code: str
    naam: str
    resultaat: str
    reden: str | None
    bijlagen: list[str]
    nieuw: int = 0
    opgelost: int = 0
    teruggekeerd: int = 0
    open: int = 0


def prepare(connection: psycopg.Connection) -> None:
    """Make `kwaliteit.verzending` when it is not there."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(_DDL)


def moments_for(connection: psycopg.Connection, rol: str, code: str, until: date, week: date | None = None) -> Moments:
    """Return the last night up to and including a day, and the night of this recipient's report before that week.

    Without an earlier report that is the last night before the week, and without such a night none.
    Raises SendingError when there was no night.
    """
    last, before = findings.nights(connection, until)
    if last is None:
        message = f"Tot en met {long_date(until)} is er geen nacht gedraaid; er is nog niets te rapporteren."
        raise SendingError(message)
    if figures.exists(connection, "kwaliteit.verzending"):
        row = connection.execute(
            "select peil from kwaliteit.verzending where rol = %s and code = %s and week < %s and peil < %s "
            "and resultaat in ('verzonden', 'gearchiveerd') order by week desc limit 1",
            [rol, code, week or monday(last), last],
        ).fetchone()
        before = row[0] if row else before
    return Moments(last, before)


def week_of(text: str | None, moment: datetime | None = None) -> date:
    """Return the Monday of the week a report is about: of the day given, else of `moment`, else of the last night.

    Raises SettingsError for a date that is none, SendingError when there was no night.
    """
    if text:
        try:
            return monday(date.fromisoformat(text))
        except ValueError:
            message = f"WEEK={text} is geen datum; schrijf een dag van die week als 2021-02-01."
            raise SettingsError(message) from None
    if moment:
        return monday(moment.astimezone(ZoneInfo(TIMEZONE)).date())
    with connect() as connection:
        night = figures.last_night(connection)
    if night is None:
        raise SendingError("Er is nog geen nacht gedraaid; er is nog niets te rapporteren.")
    return monday(night.datum)


def recipients(connection: psycopg.Connection) -> list[Recipient]:
    """Return everyone who gets a report: the coordinators, then the contact of every supplier in the ledger.

    One without an address is in it too, so that it shows. Raises ContactsError.
    """
    library = Library(connection, strict=True)
    found = []
    for code, name in figures.REGIONS.items():
        coordinator = library.coordinators.get(code)
        found.append(
            Recipient(
                COORDINATOR, code, coordinator.naam if coordinator else name, coordinator.email if coordinator else None
            )
        )
    for supplier in library.suppliers.values():
        contact = supplier.contact
        found.append(Recipient(LEVERANCIER, supplier.code, supplier.name, contact.email if contact else None))
    return found


def plan(week: date) -> list[dict[str, str]]:
    """Return one unit of work per recipient of the reports of a week, for Airflow: `rol`, `code`, `week`."""
    with connect() as connection:
        prepare(connection)
        return [{"rol": r.rol, "code": r.code, "week": week.isoformat()} for r in recipients(connection)]


def deliver(rol: str, code: str, week: str, *, proef: bool = False, opnieuw: bool = False) -> dict[str, Any]:
    """Make, archive and send one report; returns the Outcome as a dictionary, without any address.

    `proef` makes the message, keeps it under `<week>/proef/` and sends nothing. A report that was sent is not sent
    again unless `opnieuw`. Without DOORSTROOM_SMTP_URL it is archived only. Raises SendingError when it could not be
    sent, ConnectionError when trying again may help, SettingsError.
    """
    return asdict(_Sending(rol, code, date.fromisoformat(week), proef, opnieuw).run())


def send_all(week: date, *, proef: bool = False, opnieuw: bool = False) -> list[dict[str, Any]]:
    """Deliver the reports of a week to everyone; what fails for one is in its outcome and the others go on."""
    outcomes = []
    for unit in plan(week):
        try:
            outcomes.append(deliver(**unit, proef=proef, opnieuw=opnieuw))
        except (SendingError, ConnectionError) as error:
            name = unit["code"]
            outcomes.append(asdict(Outcome(unit["rol"], unit["code"], name, MISLUKT, str(error), [])))
    return outcomes


def print_outcomes(week: date, outcomes: list[dict[str, Any]], *, proef: bool) -> int:
    """Print who got what on standard output, with the addresses in a dry run; returns 1 when something failed."""
    console = Console(file=sys.stdout) if sys.stdout.isatty() else Console(file=sys.stdout, width=160)
    addresses: dict[tuple[str, str], str | None] = {}
    if proef:
        with connect() as connection:
            addresses = {(r.rol, r.code): r.email for r in recipients(connection)}
    title = "Proef: dit zou worden verzonden" if proef else "Weekrapport"
    table = Table(title=f"{title}, week van {with_weekday(week)}", title_justify="left")
    for name in ("ontvanger", *(["adres"] if proef else []), "resultaat", "bijlagen"):
        table.add_column(name, overflow="fold")
    counts = ("nieuw", "opgelost", "teruggekeerd", "open")
    for name in counts:
        table.add_column(name, justify="right")
    for row in outcomes:
        told = row["resultaat"].replace("_", " ") + (f": {row['reden']}" if row["reden"] else "")
        address = [addresses.get((row["rol"], row["code"])) or "geen"] if proef else []
        numbers = [number(row[name]) for name in counts] if row["bijlagen"] else [""] * 4
        table.add_row(*map(escape, [row["naam"], *address, told, "\n".join(row["bijlagen"])]), *numbers)
    console.print(table)
    folder = Settings.from_env().state / "rapporten" / week.isoformat() / ("proef" if proef else "")
    console.print(f"Bewaard in {folder}", highlight=False, markup=False, soft_wrap=True)
    return int(any(row["resultaat"] == MISLUKT for row in outcomes))


class _Sending:
    """One report on its way to one recipient."""

    def __init__(self, rol: str, code: str, week: date, proef: bool, opnieuw: bool) -> None:
        self.rol, self.code, self.week, self.proef, self.opnieuw = rol, code, week, proef, opnieuw
        self.settings = Settings.from_env()
        self.root = self.settings.state / "rapporten"

    def run(self) -> Outcome:
        with connect() as connection:
            connection.autocommit = True
            prepare(connection)
            recipient = next((r for r in recipients(connection) if (r.rol, r.code) == (self.rol, self.code)), None)
            if recipient is None:
                message = f"{self.rol} {self.code} is niet bekend: er is geen levering van en geen regio met die naam."
                raise SendingError(message)
            with self._alone(connection):
                if not self.proef and (done := self._done(connection, recipient)):
                    return done
                report = self._compose(connection, recipient)
                if self.proef:
                    return report.outcome("proef" if recipient.email else GEEN_CONTACT, None)
                return self._send(connection, recipient, report)

    @contextlib.contextmanager
    def _alone(self, connection: psycopg.Connection) -> Iterator[None]:
        """Keep a second run away from this recipient until this one is through."""
        mark = [f"rapport/{self.week}/{self.rol}/{self.code}"]
        connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", mark)
        try:
            yield
        finally:
            connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", mark)

    def _done(self, connection: psycopg.Connection, recipient: Recipient) -> Outcome | None:
        row = connection.execute(
            "select resultaat from kwaliteit.verzending where week = %s and rol = %s and code = %s",
            [self.week, self.rol, self.code],
        ).fetchone()
        if self.opnieuw or row is None:
            return None
        if row[0] == BEZIG:
            message = (
                f"{recipient.naam}: een eerdere poging is afgebroken terwijl de mailserver het bericht aannam; het kan "
                "zijn aangekomen. Vraag het na, of verstuur het nog eens met OPNIEUW=1."
            )
            raise SendingError(message)
        if row[0] == VERZONDEN:
            return Outcome(self.rol, self.code, recipient.naam, "al_verzonden", None, [])
        return None

    def _compose(self, connection: psycopg.Connection, recipient: Recipient) -> _Report:
        until = self.week + timedelta(days=6)
        moments = moments_for(connection, self.rol, self.code, until, self.week)
        return _Report(self, Library(connection, strict=True), recipient, moments)

    def _send(self, connection: psycopg.Connection, recipient: Recipient, report: _Report) -> Outcome:
        if recipient.email is None:
            reason = "geen e-mailadres in de lijst met leveranciers"
            self._record(connection, report, GEEN_CONTACT, reason)
            return report.outcome(GEEN_CONTACT, reason)
        if self.settings.smtp_url is None:
            reason = "geen mailserver ingesteld (DOORSTROOM_SMTP_URL)"
            self._record(connection, report, GEARCHIVEERD, reason)
            return report.outcome(GEARCHIVEERD, reason)
        try:
            with Post(self.settings.smtp_url.get_secret_value()) as post:
                post.address(self.settings.smtp_sender_address, recipient.email)
                self._record(connection, report, BEZIG, None)
                post.hand_over(report.message)
        except UncertainError as error:
            message = f"{recipient.naam}: {error}"
            raise SendingError(message) from None
        except (MailRefusedError, ConnectionError) as error:
            self._record(connection, report, MISLUKT, str(error))
            if isinstance(error, ConnectionError):
                raise
            message = f"{recipient.naam}: {error}"
            raise SendingError(message) from None
        self._record(connection, report, VERZONDEN, None)
        return report.outcome(VERZONDEN, None)

    def _record(self, connection: psycopg.Connection, report: _Report, result: str, reason: str | None) -> None:
        connection.execute(
            "insert into kwaliteit.verzending as v (week, rol, code, peil, voor, resultaat, reden, bestand, keren, "
            "verzonden_op) values (%(week)s, %(rol)s, %(code)s, %(peil)s, %(voor)s, %(result)s, %(reason)s, %(file)s, "
            "%(sent)s::integer, case when %(sent)s then now() end) "
            "on conflict (week, rol, code) do update set peil = excluded.peil, voor = excluded.voor, "
            "resultaat = excluded.resultaat, reden = excluded.reden, bestand = excluded.bestand, "
            "keren = v.keren + excluded.keren, verzonden_op = coalesce(excluded.verzonden_op, v.verzonden_op), "
            "bijgewerkt_op = now()",
            {
                "week": self.week,
                "rol": self.rol,
                "code": self.code,
                "peil": report.moments.peil,
                "voor": report.moments.voor,
                "result": result,
                "reason": reason,
                "file": report.archived.relative_to(self.root).as_posix(),
                "sent": result == VERZONDEN,
            },
        )


class _Report:
    """One report as files in the archive and as a message."""

    def __init__(self, sending: _Sending, library: Library, recipient: Recipient, moments: Moments) -> None:
        self.recipient, self.moments, self.week = recipient, moments, sending.week
        folder = sending.root / sending.week.isoformat() / ("proef" if sending.proef else "")
        if recipient.rol == COORDINATOR:
            values = library.region_report(recipient.code, moments, link=False)
            page, template, stem = f"regio_{recipient.code}.html", "regio.html.j2", f"regio_{recipient.code}"
        else:
            supplier = library.suppliers[recipient.code]
            values = library.supplier_report(recipient.code, moments, link=False)
            page, template, stem = supplier.page, "leverancier.html.j2", f"leverancier_{supplier.stem}"
        values["verouderd"] = moments.peil < sending.week
        self.values = values
        self.attachments = [write(folder / page, render(template, values))]
        if recipient.rol == LEVERANCIER:
            sheet = folder / supplier.sheet
            workbook.write_findings(sheet, library.connection, supplier.code, supplier.name, moments)
            self.attachments.append(sheet)
        replies = values["coordinatoren"] if recipient.rol == LEVERANCIER else []
        self.message = self._message(sending.settings, [c.email for c in replies])
        self.archived = folder / f"{stem}.eml"
        self.archived.write_bytes(self.message.as_bytes())

    @property
    def subject(self) -> str:
        """The subject says how much changed, so that a week without news can be told from one with."""
        counts = self.values["totaal"]
        week = self.week.isocalendar()
        return (
            f"Leveringen week {week.week} van {week.year}: {counts['nieuw']} nieuw, "
            f"{counts['opgelost']} opgelost, {counts['open']} open"
        )

    def _message(self, settings: Settings, replies: list[str]) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = self.subject
        message["From"] = settings.smtp_sender
        if self.recipient.email:
            message["To"] = Address(self.recipient.naam, addr_spec=self.recipient.email)
        if replies:
            message["Reply-To"] = ", ".join(replies)
        message["Date"] = format_datetime(datetime.now(ZoneInfo(TIMEZONE)))
        # The same report has the same number, so that a mail server that gets it twice can tell.
        domain = settings.smtp_sender_address.partition("@")[2]
        message["Message-ID"] = f"<rapport.{self.week:%Y%m%d}.{self.recipient.rol}.{self.attachments[0].stem}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = "nl"
        values = {**self.values, "onderwerp": self.subject, "rol": self.recipient.rol, "ontvanger": self.recipient.naam}
        values["bijlagen"] = [path.name for path in self.attachments]
        message.set_content(render("mail.txt.j2", values))
        message.add_alternative(render("mail.html.j2", values), subtype="html")
        for path in self.attachments:
            if path.suffix == ".html":
                message.add_attachment(path.read_text(encoding="utf-8"), subtype="html", filename=path.name)
            else:
                message.add_attachment(
                    path.read_bytes(),
                    maintype="application",
                    subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    filename=path.name,
                )
        return message

    def outcome(self, result: str, reason: str | None) -> Outcome:
        """Return what became of it."""
        counts = self.values["totaal"]
        return Outcome(
            self.recipient.rol,
            self.recipient.code,
            self.recipient.naam,
            result,
            reason,
            [path.name for path in self.attachments],
            *(counts[key] for key in ("nieuw", "opgelost", "teruggekeerd", "open")),
        )
