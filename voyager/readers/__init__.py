"""Readers of the instruments' files: bytes in, columns out. Pure; one module per format.

What a reader cannot make sense of is either a ``SchemaDrift`` that names file and line or record (the file as a whole
is not what it should be), or ``Unusable`` records that are left out, counted and shown in the log.
"""
