"""Who is covered, by circle, centre, area and state; and where the gaps are."""
