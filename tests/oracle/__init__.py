"""The oracle: every figure once more, person by person and day by day, from the delivered files alone."""
