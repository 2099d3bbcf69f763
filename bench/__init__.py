"""``python -m bench``: how fast and how large the platform is, as ratios and medians measured side by side.

Prints, and asserts nothing: a figure of one machine and one hour is a report, not a test.
"""
