"""Who helps whom, by the clause that says it."""
