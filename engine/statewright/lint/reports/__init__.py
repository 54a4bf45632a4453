"""How the results of a check look to machines: one printer per format, all fed with the same report.

Prints nothing itself and decides nothing; `statewright.cli.check` writes what the printers yield. Text for
people is made in `statewright.cli.shared.findings_text`.
"""
