"""What is measured: one module per section, each with ``measure(lab) -> list[Table]``."""
