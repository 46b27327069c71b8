"""Sources in, a generation out. Knows nothing of answering. The door is `search.building.build.build`."""
