"""Output formats for other programs and for reviewers:

one module per format, all with `Problem` rows as input.
"""
