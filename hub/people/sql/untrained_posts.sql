select organisation, office from untrained(%(day)s) order by organisation, office
