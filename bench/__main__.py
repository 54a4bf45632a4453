"""Prints all tables."""

from bench.check import print_check
from bench.commands import print_commands
from bench.replay import print_replay

if __name__ == "__main__":
    print_replay()
    print_commands()
    print_check()
