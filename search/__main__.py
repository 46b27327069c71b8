"""`python -m search` is the `bangfu` command."""

from search.command.cli import main

main(prog_name="bangfu")
