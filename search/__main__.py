"""`python -m search` is the `bangfu` command."""

from search.cli import main

main()
