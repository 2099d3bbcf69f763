"""Space intelligence: near-Earth objects and space weather, from live feeds that keep only days."""
