#!/usr/bin/env python3
"""Holds what a stranger reads in a trace against what `ariadne dump --json` says of it.

    check_stranger.py ARIADNE PROGRAM...

For every golden trace, and for one of each PROGRAM that is recorded now.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import stranger

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = ("seq", "time_ns", "round", "kind", "cell", "peer", "cause", "arg", "extra")


def dumped(ariadne, path):
    """The events; notes of the host, which stand among them, have no position."""
    lines = subprocess.run([ariadne, "dump", "--json", path], check=True, capture_output=True,
                           text=True).stdout.split("\n")
    events = (json.loads(line) for line in lines if line)
    return [{field: event[field] for field in FIELDS} for event in events if "seq" in event]


def compare(ariadne, path):
    read, expected = list(stranger.dump(path.read_bytes())), dumped(ariadne, path)
    for one, other in zip(read, expected):
        if one != other:
            return f"{path.name}: the stranger reads\n{one}\nexpected\n{other}"
    if len(read) != len(expected):
        return f"{path.name}: the stranger reads {len(read)} events, expected {len(expected)}"
    print(f"{path.name}: {len(read)} events alike")
    return None


def flipped(path):
    """A byte in the middle is another one: the stranger must notice."""
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    try:
        list(stranger.dump(bytes(damaged)))
    except stranger.Damage:
        return None
    return f"{path.name}: the stranger reads over a flipped bit"


def main():
    ariadne, programs = sys.argv[1], sys.argv[2:]
    golden = sorted(HERE.glob("*/*.clew"))
    problems = [flipped(path) for path in golden]
    with tempfile.TemporaryDirectory() as folder:
        fresh = []
        for program in programs:
            path = pathlib.Path(folder) / f"{program}.clew"
            subprocess.run([ariadne, "run", program, "--seed", "7", "--until", "60rounds", "-o",
                            path], check=False, capture_output=True)
            fresh.append(path)
        problems += [compare(ariadne, path) for path in golden + fresh]
    problems = [problem for problem in problems if problem]
    print("\n".join(problems))
    return 1 if problems or not golden else 0


if __name__ == "__main__":
    sys.exit(main())
