"""What is shown of a window, as tables: the page's cells and the CSV files come from the same columns."""
