"""One reader per file form; each turns a delivered file into rows of text."""
