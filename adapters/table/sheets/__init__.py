"""A file's bytes to its headings and rows: CSV, fixed width and Excel; which of it is what is no matter here."""
