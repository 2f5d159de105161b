"""Who delivers and who is told about it: the contacts of suppliers and the coordinators of the regions.

`extracts/contracts/leveranciers.yaml` holds the fictitious ones of the demo region; a real region names its own file,
outside the repository, in DOORSTROOM_CONTACTEN. What stands in that file replaces the entry of the same supplier or
regio here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from doorstroom.settings import Settings
from extracts.contract import CONTRACTS

LIST = CONTRACTS / "leveranciers.yaml"

ROLES = ("toegang", "zorgaanbieder", "opvang", "corporatie")

#: Share of the rows of one supplier that may break a rule before that is an alarm, where nobody chose another.
DEFAULT_THRESHOLD = 0.05


class ContactsError(Exception):
    """The list of suppliers cannot be read; the message names the entry and what is wrong with it."""


@dataclass(frozen=True)
class SupplierContact:
    """One supplier: `sdd`, `vggm`, an AGB-code or an L-number, and the person there who can mend a delivery."""

    leverancier: str
    naam: str
    regios: tuple[str, ...]
    rol: str
    contact_naam: str
    email: str
    drempel: float = DEFAULT_THRESHOLD

    @property
    def regio(self) -> str:
        """The regio whose coordinator speaks with this supplier: the first it works in."""
        return self.regios[0]


@dataclass(frozen=True)
class Coordinator:
    """Who reads the report of a regio."""

    regio: str
    naam: str
    email: str


def _read(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"De lijst met leveranciers ({path.name}) is niet te lezen: {type(error).__name__}."
        raise ContactsError(message) from None
    parts = {}
    for part in ("leveranciers", "coordinatoren"):
        entries = document.get(part) if isinstance(document, dict) else None
        if entries is not None and not isinstance(entries, dict):
            message = f"{path.name}: «{part}» is geen lijst van namen met gegevens."
            raise ContactsError(message)
        unquoted = [name for name in entries or {} if not isinstance(name, str)]
        if unquoted:  # YAML would read an AGB-code as a number, and one with a leading zero as another number
            message = f"{path.name}: zet {unquoted[0]} tussen aanhalingstekens."
            raise ContactsError(message)
        parts[part] = entries or {}
    return parts


def _merged(part: str) -> dict[str, dict[str, Any]]:
    own = Settings.from_env().contacten
    return {**_read(LIST)[part], **(_read(own)[part] if own else {})}


def _email(name: str, entry: dict[str, Any]) -> str:
    email = str(entry["email"])
    local, at, domain = email.partition("@")
    if not (local and at and "." in domain) or any(c.isspace() or c in ",;<>" for c in email):
        message = f"{name}: «{email}» is geen e-mailadres."
        raise ContactsError(message)
    return email


def load_suppliers() -> dict[str, SupplierContact]:
    """Return the known suppliers by their name in the ledger (`leverancier`); one that is not here has no contact.

    Raises ContactsError for a list that cannot be read or an entry without naam, regios, rol, contact or email, and
    SettingsError.
    """
    found = {}
    for name, entry in _merged("leveranciers").items():
        try:
            supplier = SupplierContact(
                name,
                str(entry["naam"]),
                tuple(entry["regios"]),
                entry["rol"],
                str(entry["contact"]),
                _email(name, entry),
                float(entry.get("drempel", DEFAULT_THRESHOLD)),
            )
        except (KeyError, TypeError, ValueError) as error:
            message = f"{name}: naam, regios, rol, contact en email zijn nodig ({error})."
            raise ContactsError(message) from None
        if not supplier.regios or supplier.rol not in ROLES or not 0 <= supplier.drempel < 1:
            message = (
                f"{name}: een regio ontbreekt, de rol is geen van {', '.join(ROLES)}, of de drempel is geen aandeel."
            )
            raise ContactsError(message)
        found[name] = supplier
    return found


def load_coordinators() -> dict[str, Coordinator]:
    """Return the coordinator of each regio. Raises ContactsError, SettingsError."""
    found = {}
    for regio, entry in _merged("coordinatoren").items():
        try:
            found[regio] = Coordinator(regio, str(entry["naam"]), _email(regio, entry))
        except (KeyError, TypeError) as error:
            message = f"Coördinator {regio}: naam en email zijn nodig ({error})."
            raise ContactsError(message) from None
    return found
