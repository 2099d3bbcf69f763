"""Backups: a consistent snapshot, kept in a store, proved to be readable, and put back in one step.

Nothing here is imported by the web process.
"""
