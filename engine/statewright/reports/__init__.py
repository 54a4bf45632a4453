"""Output formats for other programs and for reviewers, one module per format.

Each format is built from `Problem` rows.
"""
