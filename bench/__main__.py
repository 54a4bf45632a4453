"""Prints both tables."""

from bench.commands import print_commands
from bench.replay import print_replay

if __name__ == "__main__":
    print_replay()
    print_commands()
