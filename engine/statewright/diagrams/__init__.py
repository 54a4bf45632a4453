"""Pictures and pages of a machine: a definition becomes a `Chart`, gets marks, and is written in a format.

Pure: reads no files, runs no programs and needs no clock.
"""
