"""The demo region: a seeded generator that writes a drop in the suppliers' real formats."""
