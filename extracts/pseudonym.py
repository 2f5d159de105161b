"""Pseudonyms and the search for BSNs where they do not belong (definitions, D.0).

A BSN exists in memory only, between the drop and the raw table. The key lives outside the warehouse.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable

from stdnum.nl import bsn as stdnum_bsn

HOOG, LAAG = "hoog", "laag"

NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)", re.ASCII)
#: Nine digits as people write them in running text: 9999.00.006, 9999-00-006, 9999 00 006.
_NINE_DIGITS_SPACED = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){8}(?!\d)", re.ASCII)
_BSN_SHAPE = re.compile(r"[0-9]{9}")

#: What stands in a text instead of the BSN of somebody who asked to be forgotten: it tells nobody apart.
FORGOTTEN_TOKEN = "[bsn]"  # noqa: S105 - no password


def is_bsn(text: str) -> bool:
    """Whether a text is nine digits that pass the 11-proef."""
    return _BSN_SHAPE.fullmatch(text) is not None and bool(stdnum_bsn.is_valid(text))


def without_bsns(text: str) -> str:
    """Return what somebody typed without the BSNs in it."""
    return _NINE_DIGITS_SPACED.sub(lambda m: "[bsn]" if is_bsn(re.sub(r"\D", "", m[0])) else m[0], text)


def token_of(person: str) -> str:
    """Return what stands in a text instead of the BSN of the person with this pseudonym."""
    return f"[bsn-{person[:16]}]"


class Pseudonymiser:
    """Keyed HMAC-SHA-256; the same key must be used every night, or the same people become other people."""

    def __init__(self, key: str, forgotten: frozenset[str] = frozenset()) -> None:
        self._key = key.encode()
        self._forgotten = forgotten

    def without(self, forgotten: frozenset[str]) -> Pseudonymiser:
        """Return one whose tokens do not tell apart the people with these marks."""
        return Pseudonymiser(self._key.decode(), forgotten)

    def _hmac(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def person(self, bsn: str) -> str:
        """Return the key of a person: of the nine digits (D.0)."""
        return self._hmac(bsn)

    def client(self, supplier: str, client_number: str) -> str:
        """Return the key of a supplier's client: of `<leverancier>|<clientnummer>` (D.0, Q-23)."""
        return self._hmac(f"{supplier}|{client_number}")

    def fingerprint(self) -> str:
        """Return something that tells two keys apart and tells nothing of the key."""
        return self._hmac("doorstroom: kenmerk van de sleutel")[:16]

    def mark(self, *parts: str) -> str:
        """Return the mark of somebody forgotten: derived from a pseudonym or a record number, and equal to none."""
        return self._hmac("|".join(("vergeten", *parts)))

    def token(self, digits: str) -> str:
        """Return what stands in a text instead of a BSN; equal for equal BSNs, so that a key stays a key."""
        if self._forgotten and self.mark("persoon", self.person(digits)) in self._forgotten:
            return FORGOTTEN_TOKEN
        return token_of(self.person(digits))

    def mask(self, text: str, is_hidden: Callable[[str], bool] = is_bsn, *, spaced: bool = False) -> str:
        """Replace every group of nine digits for which `is_hidden` holds; `spaced` also sees 9999.00.006."""

        def replaced(match: re.Match[str]) -> str:
            digits = re.sub(r"\D", "", match[0])
            return self.token(digits) if is_hidden(digits) else match[0]

        return (_NINE_DIGITS_SPACED if spaced else NINE_DIGITS).sub(replaced, text)
