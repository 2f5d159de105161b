"""The mail server: SMTP with TLS unless it is said to be without.

DOORSTROOM_SMTP_URL: `smtp://user:password@host:587` (STARTTLS, required), `smtps://…:465` (TLS from the start), or
`smtp://host:25?tls=geen` for a mail server on one's own machine or network.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from doorstroom.settings import SettingsError

TIMEOUT = 30


class MailRefusedError(Exception):
    """The mail server will not take this message; trying again does not help."""


class UncertainError(Exception):
    """The connection broke while the message was handed over: it may have been taken or not."""


class Post:
    """A connection with the mail server for one message: `address`, then `hand_over`.

    Raises ConnectionError for what may pass (no connection, a 4xx answer), MailRefusedError for what will not.
    """

    def __init__(self, url: str) -> None:
        self.url: SplitResult = urlsplit(url)
        query = parse_qs(self.url.query)
        if self.url.scheme not in {"smtp", "smtps"} or not self.url.hostname or set(query) - {"tls"}:
            raise SettingsError("DOORSTROOM_SMTP_URL verwacht smtp://gebruiker:wachtwoord@server:587 of smtps://…:465")
        self.plain = query.get("tls") == ["geen"]
        if self.plain and (self.url.scheme == "smtps" or self.url.password):
            raise SettingsError("DOORSTROOM_SMTP_URL: een wachtwoord gaat niet zonder TLS over het netwerk.")

    def __enter__(self) -> Self:
        with _told("verbinden met de mailserver"):
            self.smtp = self._connect()
        return self

    def _connect(self) -> smtplib.SMTP:
        host, context = self.url.hostname or "", ssl.create_default_context()
        if self.url.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=TIMEOUT, context=context)
        else:
            smtp = smtplib.SMTP(host, self.url.port or (25 if self.plain else 587), timeout=TIMEOUT)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.url.scheme == "smtp" and not self.plain:
                smtp.starttls(context=context)
                smtp.ehlo()
            if self.url.username:
                smtp.login(unquote(self.url.username), unquote(self.url.password or ""))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def address(self, sender: str, recipient: str) -> None:
        """Tell from whom and to whom; nothing is sent yet."""
        with _told("de mailserver neemt deze ontvanger niet aan"):
            for code, answer in (self.smtp.mail(sender), self.smtp.rcpt(recipient)):
                if code >= 300:
                    raise smtplib.SMTPResponseException(code, answer)

    def hand_over(self, message: EmailMessage) -> None:
        """Send the message; raises UncertainError when nobody can tell whether it was taken."""
        try:
            with _told("de mailserver neemt het bericht niet aan"):
                code, answer = self.smtp.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
                if code >= 300:
                    raise smtplib.SMTPResponseException(code, answer)
        except _BrokenOffError as error:
            message_text = "de verbinding met de mailserver brak af terwijl het bericht werd overgedragen"
            raise UncertainError(message_text) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.smtp.quit()
        self.smtp.close()


class _BrokenOffError(ConnectionError):
    """The connection was there and is gone."""


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Turn what smtplib raises into the two kinds that matter here; no address or password comes along."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        message = f"{what} (antwoord {error.smtp_code})"
        if 400 <= error.smtp_code < 500:
            raise ConnectionError(message) from None
        raise MailRefusedError(message) from None
    except smtplib.SMTPNotSupportedError:
        message = f"{what}: de server biedt geen TLS of aanmelding; zie DOORSTROOM_SMTP_URL in .env.example"
        raise MailRefusedError(message) from None
    except ssl.SSLCertVerificationError:
        message = f"{what}: het certificaat van de mailserver klopt niet"
        raise MailRefusedError(message) from None
    except (smtplib.SMTPException, OSError) as error:
        message = f"{what} ({type(error).__name__})"
        raise _BrokenOffError(message) from None
