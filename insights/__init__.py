"""Research insights: what the data mean, written by people, with references to the data."""
