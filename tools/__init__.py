"""Helpers of the Makefile's recipes. Standard library only: some run before anything is installed."""
