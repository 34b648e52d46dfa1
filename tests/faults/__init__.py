"""Faults on purpose: a whole production site on this machine, broken in every way of the fault table.

`python -m tests.faults` runs the table and prints its figures; pytest runs the same functions, with --long.
"""
