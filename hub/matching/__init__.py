"""Who a concern is about: the subject register, and the decision whether a child is one of its subjects.

Five rooms, each of which knows only those before it. Read in this order:

    values/    one written name, date, number, postcode or address, brought to its one form
    deciding/  `child` (what is compared), `blocking` (who is compared), `comparison` and `weights` (how alike),
               `guards` and `decision` (what may be done about it), `apart` (what a person said before)
    register/  `records` and `store` (what is kept, and how), `register` (the questions the hub asks), `registrations`
               (whom a child is known to), `record_reviews` and `changes` (what people decide)
    rolls/     `roll` and `ctf` (the files), `row`, `joining` and `importing` (how rolls become subjects), `leaving`
    lab/       what measures and trains, and decides nothing: `trials`, `evaluating`, `training`
"""
