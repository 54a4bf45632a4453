"""Pictures and pages of a machine: what is drawn, how it is marked, and the text of each format.

A definition becomes a `Chart`; painters mark it; a format writes it. Pure: no file, no program, no clock.
"""
