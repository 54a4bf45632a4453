"""How the results of a check look to other programs: one printer per format, all fed with the same report.

A printer yields lines; it writes nothing and decides nothing.
"""
