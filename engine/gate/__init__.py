"""Which of the findings about a project's files count: ignores, configuration, baseline and safe fixes.

What is wrong with a file is decided in `engine.checks`, how it looks in `engine.reports`. The `check` and
`publish` commands call it; the handler never does.
"""
