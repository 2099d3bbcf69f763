"""Products of the space intelligence domain, one module per upstream."""
