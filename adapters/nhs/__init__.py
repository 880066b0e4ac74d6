"""The NHS's formats."""
