"""Free text looked through for what its event itself holds: names, addresses, days of birth, numbers, schools.

Used where everything is in clear, at the agency, and again in the router when a text is opened for release. Nothing
here decides who may read what: it says which data items, about which children, a text repeats.
"""
