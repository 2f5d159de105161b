"""Whole nights on the embedded warehouse, by the commands a user types."""
