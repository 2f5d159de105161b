"""The settings of Doorstroom: environment variables, also read from `.env` in the repository root.

The names and meaning are those of `.env.example`. Nothing is read at import time, so tests and Airflow tasks see
the environment as it is when they ask.
"""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent

#: The demo region lies outside the state folder: a drop holds BSNs in clear, the state folder never does.
DEMO_DROP = REPOSITORY / ".demo" / "drop"

#: Used for the generated demo region and nothing else. Public on purpose: the demo holds no real person.
DEMO_PSEUDONYM_KEY = "openbare-demosleutel-alleen-voor-de-verzonnen-demoregio"

#: A shorter HMAC-SHA-256 key than this can be found by trying keys on the nine digits of a known person.
ADVISED_KEY_LENGTH = 32


class SettingsError(Exception):
    """A setting is missing or unusable; the message tells what to do about it."""


def absolute_drop(drop: str) -> str:
    """Return a drop as it is known everywhere: a relative folder is seen from the repository root."""
    return drop if "://" in drop else str((REPOSITORY / Path(drop).expanduser()).resolve())


class Settings(BaseSettings):
    """What one run of Doorstroom needs to know about its surroundings."""

    model_config = SettingsConfigDict(
        env_file=REPOSITORY / ".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    warehouse: str | None = Field(default=None, validation_alias="DOORSTROOM_WAREHOUSE")
    """PostgreSQL URL of an own warehouse; None = the embedded one."""

    drop: str | None = Field(default=None, validation_alias="DOORSTROOM_DROP")
    """Where the suppliers deliver: folder, `sftp://` or `s3://`; None = the generated demo region."""

    state: Path = Field(default=REPOSITORY / ".data", validation_alias="DOORSTROOM_STATE")
    """Where the embedded warehouse, the reports and Airflow's files live."""

    airflow_db: str | None = Field(default=None, validation_alias="DOORSTROOM_AIRFLOW_DB")
    """PostgreSQL URL for Airflow's own administration; None = database `airflow` on the embedded server."""

    contacten: Path | None = Field(default=None, validation_alias="DOORSTROOM_CONTACTEN")
    """YAML list of suppliers, contacts and coordinators of an own region; None = the demo region's."""

    bewaartermijn: int = Field(default=15, validation_alias="DOORSTROOM_BEWAARTERMIJN")
    """Years after which a person is forgotten of whom nothing has been true since (Wmo 2015, art. 5.3.4)."""

    smtp_url: SecretStr | None = Field(default=None, validation_alias="DOORSTROOM_SMTP_URL", repr=False)
    """The mail server of the weekly report; None = reports are archived and not sent."""

    smtp_sender: str = Field(
        default="Doorstroom <doorstroom@localhost.invalid>", validation_alias="DOORSTROOM_SMTP_SENDER"
    )
    """From whom the weekly report comes: `Name <address>` or an address."""

    key: SecretStr | None = Field(default=None, validation_alias="DOORSTROOM_PSEUDONYM_KEY", repr=False)
    """The key as given; use `pseudonym_key`, which knows when the demo key may stand in."""

    @classmethod
    def from_env(cls) -> Settings:
        """Read the settings from the environment and `.env`.

        Raises SettingsError with a readable message for a value that cannot be used.
        """
        try:
            return cls()
        except ValidationError as error:
            problems = "; ".join(str(problem["msg"]).removeprefix("Value error, ") for problem in error.errors())
            raise SettingsError(problems) from None

    @field_validator("state", mode="after")
    @classmethod
    def _absolute_state(cls, value: Path) -> Path:
        return (REPOSITORY / value.expanduser()).resolve()

    @field_validator("contacten", mode="after")
    @classmethod
    def _absolute_contacten(cls, value: Path | None) -> Path | None:
        return (REPOSITORY / value.expanduser()).resolve() if value else None

    @field_validator("drop", mode="after")
    @classmethod
    def _absolute_drop(cls, value: str | None) -> str | None:
        return absolute_drop(value) if value else None

    @field_validator("warehouse", "airflow_db", mode="after")
    @classmethod
    def _postgres_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("postgresql://", "postgres://")):
            message = "DOORSTROOM_WAREHOUSE en DOORSTROOM_AIRFLOW_DB verwachten een URL die begint met postgresql://"
            raise ValueError(message)
        return value

    @field_validator("bewaartermijn", mode="before")
    @classmethod
    def _whole_years(cls, value: object) -> object:
        if not str(value).isdecimal() or not 1 <= int(str(value)) <= 999:
            message = "DOORSTROOM_BEWAARTERMIJN verwacht een heel aantal jaren vanaf 1, zoals 15."
            raise ValueError(message)
        return value

    @field_validator("smtp_sender", mode="after")
    @classmethod
    def _one_address(cls, value: str) -> str:
        local, at, domain = parseaddr(value)[1].partition("@")
        if not (local and at and domain) or any(character in value for character in "\r\n"):
            message = "DOORSTROOM_SMTP_SENDER verwacht een adres, zoals: Doorstroom <doorstroom@regio.nl>"
            raise ValueError(message)
        return value

    @property
    def smtp_sender_address(self) -> str:
        """The address of the sender without the name."""
        return parseaddr(self.smtp_sender)[1]

    @property
    def caution(self) -> str | None:
        """What the night warns about before it begins: a key so short that it could be guessed.

        The published settings name no minimum, so a short key is used all the same.
        """
        if self.key is not None and len(self.key.get_secret_value()) < ADVISED_KEY_LENGTH:
            return (
                f"Let op: DOORSTROOM_PSEUDONYM_KEY is korter dan {ADVISED_KEY_LENGTH} tekens en dus te raden. "
                f"Maak een sleutel met: {KEY_RECIPE}"
            )
        return None

    @property
    def drop_url(self) -> str:
        """The drop of this run: the one given, or the demo region's."""
        return self.drop or str(DEMO_DROP)

    @property
    def pseudonym_key(self) -> str:
        """Key of the pseudonyms (D.0); the demo key only when no drop is given.

        Raises SettingsError when a drop is given without a key.
        """
        return self.key_for(self.drop_url)

    def key_for(self, drop_url: str) -> str:
        """Key for a given drop; raises SettingsError when that drop is not the demo's and no key is set."""
        if self.key is not None:
            return self.key.get_secret_value()
        if drop_url.removeprefix("file://").rstrip("/") == str(DEMO_DROP):
            return DEMO_PSEUDONYM_KEY
        message = (
            "DOORSTROOM_PSEUDONYM_KEY ontbreekt. Zonder eigen sleutel worden echte leveringen niet ingelezen.\n"
            f"Maak er eenmalig een met:  {KEY_RECIPE}\n"
            "en zet die als DOORSTROOM_PSEUDONYM_KEY in de omgeving of in het bestand .env (zie .env.example). "
            "Bewaar de sleutel buiten het warehouse: met een andere sleutel zijn dezelfde mensen andere mensen."
        )
        raise SettingsError(message)


KEY_RECIPE = "python3 -c 'import secrets; print(secrets.token_hex(32))'"
