"""The doors by which native records come in, and who may use them."""
