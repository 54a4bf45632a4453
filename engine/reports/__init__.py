"""How the results of a check look to machines: one printer per format, all fed with the same report.

Prints nothing itself and decides nothing; `engine.cli.check` writes what the printers yield. Text for people
is made in `engine.cli.findings_text`.
"""
