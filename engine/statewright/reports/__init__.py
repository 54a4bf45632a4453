"""How results look to other programs and to reviewers: one module per format, fed with rows of one type.

Makes text, writes nothing and decides nothing.
"""
