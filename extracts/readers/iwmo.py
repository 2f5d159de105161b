"""iWmo messages WMO301, WMO305 and WMO307, read by local name (iwmo.md §1.2–1.8).

Versions are data: `VERIFIED` were checked against the published XSDs, `UNVERIFIED` are read by the structure of
their family and marked so, anything else is refused. Names of people are never looked at.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from extracts.contract import Contract, Table
from extracts.readers.base import BLOCK_ROWS, Block, Geweigerd, Reading, Signaal, single_table

VERIFIED = {(2, 1), (3, 2)}
UNVERIFIED = {(2, 2), (2, 3), (2, 4), (3, 0), (3, 1)}

#: Per message type: BerichtCode (iwmo.md §1.4) and the element that is one record.
MESSAGES = {
    "wmo301": ("414", "ToegewezenProduct"),
    "wmo305": ("418", "StartProduct"),
    "wmo307": ("420", "StopProduct"),
}

_NAMESPACE = re.compile(r"https?://(?:www\.)?istandaarden\.nl/iwmo/(\d+)_(\d+)/(wmo\d{3})/schema(?:/\d+_\d+)?")

#: Columns whose name is not simply the path of their element within Header, Client or the record.
_PATHS = {
    "identificatie": "berichtidentificatieidentificatie",
    "dagtekening": "berichtidentificatiedagtekening",
    "geboortedatum": "geboortedatumdatum",
}
_HEADER = ("berichtcode", "berichtversie", "berichtsubversie", "afzender", "ontvanger")
_DATE_USE = "geboortedatumdatumgebruik"
#: DatumGebruik 3: nothing of the date is known (iwmo.md §1.9).
_DATE_UNKNOWN = "3"


def _local(tag: object) -> str:
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _refuse_disguise(data: bytes) -> None:
    """Refuse what is not plain XML text before a parser sees it."""
    if not data.strip():
        raise Geweigerd("Het bestand is leeg.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:64]:
        raise Geweigerd("De codering is UTF-16 of UTF-32; afgesproken is UTF-8.")
    if re.search(rb"<!(DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise Geweigerd("Het bericht bevat een DOCTYPE of entiteiten; die zijn in iWmo niet toegestaan.")


def _parse(data: bytes) -> etree.iterparse:
    return etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def check_root(tag: str, expected: str) -> tuple[int, int]:
    """Return the version in a root element's namespace.

    Raises Geweigerd when it is no iWmo message, another message than the file's name says, or a version we do not
    read (deliveries: 2.0 and older are refused, any other version or message type too).
    """
    name = etree.QName(tag)
    match = _NAMESPACE.fullmatch(name.namespace or "")
    if name.localname != "Bericht" or not match:
        raise Geweigerd("Het bestand is geen iWmo-bericht: het hoofdelement is niet Bericht uit een iWmo-schema.")
    version = (int(match[1]), int(match[2]))
    if match[3] not in MESSAGES:
        raise Geweigerd(f"Berichttype {match[3].upper()} wordt niet gelezen; alleen WMO301, WMO305 en WMO307.")
    if match[3] != expected:
        raise Geweigerd(f"De bestandsnaam zegt {expected.upper()}, het bericht is een {match[3].upper()}.")
    if version not in VERIFIED | UNVERIFIED:
        raise Geweigerd(f"iWmo-versie {version[0]}.{version[1]} wordt niet gelezen; wel 2.1 tot en met 3.2.")
    return version


def _check_header(header: dict[str, str], version: tuple[int, int], message: str) -> None:
    missing = [name for name in _HEADER if not header.get(name)]
    if missing:
        raise Geweigerd(f"In de Header ontbreekt {', '.join(missing)}.")
    code = MESSAGES[message][0]
    if header["berichtcode"] != code:
        raise Geweigerd(f"De BerichtCode in de Header hoort niet bij een {message.upper()}.")
    try:
        stated = (int(header["berichtversie"]), int(header["berichtsubversie"]))
    except ValueError:
        stated = (0, 0)
    if stated != version:
        # Code lists differ by version (stop codes 19 and 20), so a guess could turn a pause into an exit.
        raise Geweigerd(f"De versie in de Header is niet de versie van het schema ({version[0]}.{version[1]}).")


class _Message:
    """One pass through a message: `records()` yields a dict of contract columns per record."""

    def __init__(self, data: bytes, table: Table, message: str) -> None:
        self.data, self.table, self.message = data, table, message
        self.record_tag = MESSAGES[message][1]
        self.paths = {c.name: _PATHS.get(c.name, c.name.replace("_", "")) for c in table.columns}
        self.wanted = {*self.paths.values(), *_HEADER, _DATE_USE}
        self.version = (0, 0)
        self.header: dict[str, str] = {}

    def records(self) -> Iterator[dict[str, str]]:
        """Yield one dict per record. Raises Geweigerd for malformed XML or an unfit header."""
        try:
            yield from self._walk()
        except etree.XMLSyntaxError as error:
            # libxml2's own text may quote the content, so only the place is told.
            line = f" (regel {error.lineno})" if error.lineno else ""
            raise Geweigerd(f"Het bestand is geen geldige XML{line}.") from None

    def _walk(self) -> Iterator[dict[str, str]]:
        context = _parse(self.data)
        path: list[str] = []
        scopes: dict[str, tuple[int, dict[str, str]]] = {}
        records: list[dict[str, str]] = []
        openings = {"Header", "Client", self.record_tag}
        for event, element in context:
            if event == "start":
                if not path:
                    if element.getroottree().docinfo.doctype:
                        raise Geweigerd("Het bericht bevat een DOCTYPE; die is in iWmo niet toegestaan.")
                    self.version = check_root(element.tag, self.message)
                name = _local(element.tag)
                path.append(name)
                if name in openings:
                    scopes[name] = (len(path), {})
                continue
            name = path[-1]
            self._note(element, path, scopes)
            if name == "Header" and len(path) == 2:
                self.header = scopes.pop("Header")[1]
                _check_header(self.header, self.version, self.message)
            elif name == self.record_tag:
                record = scopes.pop(name)[1]
                if "Client" in scopes:
                    records.append(record)
            elif name == "Client":
                if not self.header:
                    raise Geweigerd("Het bericht heeft geen Header voor de eerste Client.")
                client = scopes.pop("Client")[1]
                yield from (self._row(record, client) for record in records)
                records = []
                element.clear()
            path.pop()

    def _note(self, element: etree._Element, path: list[str], scopes: dict[str, tuple[int, dict[str, str]]]) -> None:
        """Keep a wanted element's text under its path within the innermost open scope."""
        for scope in (self.record_tag, "Client", "Header"):
            if scope in scopes:
                depth, found = scopes[scope]
                key = "".join(path[depth:]).lower()
                if key in self.wanted and element.text and element.text.strip():
                    found.setdefault(key, element.text.strip())
                return

    def _row(self, record: dict[str, str], client: dict[str, str]) -> dict[str, str]:
        row = {}
        for column, path in self.paths.items():
            row[column] = record.get(path) or client.get(path) or self.header.get(path) or ""
        row["versie"] = f"{self.version[0]}.{self.version[1]}"
        if client.get(_DATE_USE) == _DATE_UNKNOWN:
            row["geboortedatum"] = ""
        if not row.get("aanbieder"):
            # No element for it outside 2.1: a 301 goes to the provider, 305 and 307 come from it (iwmo.md §1.4).
            row["aanbieder"] = self.header["ontvanger" if self.message == "wmo301" else "afzender"]
        return row


def _blocks(data: bytes, table: Table, message: str) -> Iterator[Block]:
    names = [column.name for column in table.columns]
    rows: list[dict[str, str]] = []
    first = 1

    def filled() -> Block:
        numbers = list(range(first, first + len(rows)))
        return Block(table, numbers, {name: [row.get(name, "") for row in rows] for name in names})

    for row in _Message(data, table, message).records():
        rows.append(row)
        if len(rows) == BLOCK_ROWS:
            yield filled()
            first, rows = first + len(rows), []
    if rows:
        yield filled()
    elif first == 1:
        raise Geweigerd(f"Het bericht bevat geen enkel {MESSAGES[message][1]}.")


def read(data: bytes, contract: Contract) -> Reading:
    """Read one message; a row per ToegewezenProduct, StartProduct or StopProduct, numbered from 1.

    Raises Geweigerd for malformed XML, a DOCTYPE, another message type, a version that is not read, or a header that
    contradicts the schema.
    """
    _refuse_disguise(data)
    table = single_table(contract)
    message = _Message(data, table, contract.name)
    for _ in message.records():
        break  # root and header are checked by now; the rest of the message when its blocks are read
    signals = []
    if message.version in UNVERIFIED:
        number = f"{message.version[0]}.{message.version[1]}"
        signals.append(
            Signaal("versie_niet_geverifieerd", f"iWmo-versie {number} is gelezen naar de structuur van haar familie.")
        )
    return Reading(
        lambda: _blocks(data, table, contract.name), signals, version=f"{message.version[0]}.{message.version[1]}"
    )
