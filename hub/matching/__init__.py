"""Who a concern is about: the subject register, and the decision whether a child is one of its subjects.

Read in this order: `child` (what is compared), `blocking` (who is compared), `comparison` and `weights` (how alike),
`guards` and `decision` (what may be done about it), `records` and `store` (what is kept, and how), `register` (the
questions the hub asks), `joining` and `importing` (how rolls become subjects), `roll` (the CSV file).
"""

from hub.matching.register.records import RegisterKeys, SourceRecord
from hub.matching.register.register import Register

__all__ = ["Register", "RegisterKeys", "SourceRecord"]
