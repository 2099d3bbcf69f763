"""Pure numerics of the space intelligence domain: neither Django, requests nor matplotlib."""
