"""A mapping proposed from a sample's headings, for a person to complete."""
