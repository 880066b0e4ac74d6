select distinct claimed_by from delivery where claimed_by is not null
