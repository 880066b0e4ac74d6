"""The half that every adapter shares: take a native record in, seal and sign it, spool it, publish it to Kafka.

`formats` finds the adapter of an agency's kind; `intake` is the way in; `spool` keeps sealed events until `publisher`
has Kafka's word for them; `http` and `drop` are the two doors; `run` puts the parts together.
"""
