"""From marts to publicatie: the same figures, disclosure-safe."""
