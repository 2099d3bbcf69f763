"""Readers of the upstreams' formats: bytes to rows, without network, clock or database."""
