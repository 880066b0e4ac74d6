"""The table adapter: a force's or an authority's export as CSV, fixed width or Excel, read by a mapping file."""

from adapters.bridge.formats import MappedFormat
from adapters.table.making import describe, make

FORMAT = MappedFormat("Table: CSV, fixed width or Excel, by a mapping file", "text/csv", make, describe, needs=True)
