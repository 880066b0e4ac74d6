"""The table adapter: a force's or an authority's export as CSV, fixed width or Excel, read by a mapping file."""
