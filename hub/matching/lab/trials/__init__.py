"""Invented children of the United Kingdom, and questions about them whose right answers are known.

Read in this order: `naming` (names by origin), `people` (households), `slips` (how writing goes wrong), `mixes` (the
questions). Everything comes from a seed. Training and judging never share a name, a household or a seed.
"""
