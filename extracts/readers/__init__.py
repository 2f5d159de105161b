"""Readers: one file's bytes → text rows by contract column, or a refusal the supplier understands."""
