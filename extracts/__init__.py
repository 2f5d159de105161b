"""From drop to raw: contracts, readers, pseudonymisation, ledger and load."""
