"""What goes over the wire: schemas, their framing, and how a concern event is sealed and opened. No I/O but loading."""
