"""The science: pure functions over numbers, numpy arrays and pandas objects; no web, no database."""
