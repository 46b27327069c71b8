"""Labels of blocks: regions, years, program types and figures, each with its evidence. The door is `search.labels.labelling`."""
