#!/usr/bin/env python3
"""Breaks the code that reads traces, one small thing at a time, and sees whether a test notices.

    tests/tracefmt/mutants.py BUILD_FOLDER [--count 100] [--seed 1] [--jobs 2]
    tests/tracefmt/mutants.py BUILD_FOLDER --at trace_reader.cpp:328 [--at ...]

Of all places where an operator below applies, in the files below, --count are drawn by --seed, or
all of a line are taken, --at. Each is compiled into a library of its own, and the tests that have
been built in BUILD_FOLDER are linked with that and run, one after the other, until one fails. A
mutant is killed when a test fails, crashes or takes too long; one that does not compile does not
count. Survivors are printed: each is a test that is missing, or changes nothing that can be seen,
and then it may go into mutants_alike.txt with the reason. The sources are not touched.
"""

import argparse
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALIKE = pathlib.Path(__file__).with_name("mutants_alike.txt")
FORMAT = ROOT / "tracefmt"
LIBRARY = "archive/libariadne_tracefmt.a"

# What decodes, opens, follows and recovers.
SOURCES = ("bit_pack", "capnp_message", "chunk_codec", "chunk_header", "chunk_names",
           "chunk_source", "cut", "event_codec", "file_header", "index_codec", "inputs_codec",
           "meta_codec", "note_codec", "recover", "row_decoder", "snapshot_codec", "table_codec",
           "tail_format", "tail_reader", "trace_contents", "trace_copy", "trace_reader",
           "trace_scan")

# Tests of the format, the quick ones first: who notices early saves the rest.
TESTS = ("tst_bit_pack", "tst_event_codec", "tst_scan_chunk", "tst_chunk_names", "tst_frames",
         "tst_inputs", "tst_host_notes", "tst_hostile_lists", "tst_mid_run", "tst_snapshot_care",
         "tst_snapshot_chain", "tst_capnp_message", "tst_hostile_bodies",
         "tst_hostile_snapshots", "tst_hostile_summary", "tst_snapshot_parts",
         "tst_trace_contents", "tst_chunk_source", "tst_cut", "tst_trace_copy", "tst_salvage",
         "tst_index_care", "tst_recover_box", "tst_recover_output", "tst_trace_meta",
         "tst_tail_records", "tst_failing_reads", "tst_unclean_ends", "tst_trace_open",
         "tst_trace_round_trip", "tst_trace_limits", "tst_golden", "tst_trace_writer",
         "tst_trace_following", "tst_tail_inputs", "tst_tail", "tst_recover", "tst_trace_damage",
         "tst_bit_flips", "tst_shared_files", "tst_io_failures", "tst_hostile_files",
         "tst_power_loss")
# Of the processor: a machine that is busy with something else kills nobody. And by the clock, for
# what waits for ever.
SECONDS_MAX = 120
WAITING_SECONDS_MAX = 1200

# Name, what is replaced, by what. Code has blanks around operators with two sides.
OPERATORS = (
    ("boundary", r"(?<= )<(?= )", "<="), ("boundary", r"(?<= )<=(?= )", "<"),
    ("boundary", r"(?<= )>(?= )", ">="), ("boundary", r"(?<= )>=(?= )", ">"),
    ("equality", r"(?<= )==(?= )", "!="), ("equality", r"(?<= )!=(?= )", "=="),
    ("logic", r"(?<= )&&(?= )", "||"), ("logic", r"(?<= )\|\|(?= )", "&&"),
    ("arithmetic", r"(?<= )\+(?= )", "-"), ("arithmetic", r"(?<= )-(?= )", "+"),
    ("arithmetic", r"(?<= )\+=(?= )", "-="), ("off by one", r" \+ 1\b", ""),
    ("off by one", r" - 1\b", ""), ("constant", r"(?<=return )true(?=;)", "false"),
    ("constant", r"(?<=return )false(?=;)", "true"),
    ("no guard", r"(?<=\bif \().+(?=\) (?:return|break|continue|\{))", "false"),
    ("no check", r"ARIADNE_RETURN_IF_ERROR\((.+)\);$", r"(void)(\1);"),
)


def code_lines(text):
    """(number, line) of lines in functions; strings are blanked: nothing in them matches."""
    number = 0
    for number, line in enumerate(text.split("\n"), 1):
        code = re.sub(r'"(?:[^"\\]|\\.)*"', lambda m: '"' + "_" * (len(m[0]) - 2) + '"', line)
        code = re.sub(r"//.*", lambda m: " " * len(m[0]), code)
        if (not code.startswith((" ", "\t")) or "template" in code or "StrCat" in code
                or "static_assert" in code or "DCHECK" in code):
            continue
        yield number, line, code


def places():
    """Every mutant there is: (file, line number, operator, line before, line after)."""
    for name in SOURCES:
        path = FORMAT / f"{name}.cpp"
        for number, line, code in code_lines(path.read_text()):
            for operator, pattern, by in OPERATORS:
                for match in re.finditer(pattern, code):
                    # What a group took is taken from the line itself: in `code` strings are blank.
                    new = by
                    if match.groups():
                        new = by.replace(r"\1", line[match.start(1):match.end(1)])
                    after = line[:match.start()] + new + line[match.end():]
                    if after != line:
                        yield path, number, operator, line, after


def alike():
    """{(file name, line before, line after)} of those known to change nothing, blanks aside."""
    known, lines = set(), []
    if ALIKE.exists():
        lines = [line.strip() for line in ALIKE.read_text().splitlines()
                 if line.strip() and not line.startswith("#")]
    for name, before, after in zip(lines[::3], lines[1::3], lines[2::3]):
        known.add((name, before, after))
    return known


class Builder:
    """The commands that make the library and the tests, from the build folder."""

    def __init__(self, build, tests):
        self.build = build
        entries = json.loads((build / "compile_commands.json").read_text())
        self.compile = {}
        for entry in entries:
            if pathlib.Path(entry["file"]).parent == FORMAT:
                self.compile[pathlib.Path(entry["file"])] = self.words(entry["command"])
        self.link = {}
        for test in tests:
            commands = subprocess.run(["ninja", "-C", build, "-t", "commands", f"tests/{test}"],
                                      capture_output=True, text=True, check=True)
            self.link[test] = commands.stdout.splitlines()[-1]

    @staticmethod
    def words(command):
        words = shlex.split(command)
        return words[1:] if words[0].endswith("ccache") else words

    def make(self, source, text, folder):
        """True: `folder` has the library with `text` in place of `source`."""
        words = list(self.compile[source])
        at = words.index("-o") + 1
        mutant, made = folder / source.name, folder / pathlib.Path(words[at]).name
        mutant.write_text(text)
        words[at] = str(made)
        words = [str(mutant) if word == str(source) else word for word in words]
        for option in ("-MF", "-MT", "-MQ"):
            if option in words:
                words[words.index(option) + 1] = str(folder / "mutant.d")
        # What is unused now is no reason not to try.
        if subprocess.run([*words, "-w", "-Wno-error"], cwd=self.build, capture_output=True,
                          check=False).returncode != 0:
            return False
        library = folder / pathlib.Path(LIBRARY).name
        shutil.copyfile(self.build / LIBRARY, library)
        subprocess.run(["ar", "r", library, made], capture_output=True, check=True)
        return True

    def test_in(self, folder, test):
        """That test with the library in `folder`."""
        link = self.link[test].replace(LIBRARY, str(folder / pathlib.Path(LIBRARY).name))
        link = link.replace(f"-o tests/{test} ", f"-o {folder}/{test} ")
        subprocess.run(link, shell=True, cwd=self.build, capture_output=True, check=True)
        return folder / test


def killer(builder, folder, tests):
    """The first test that notices; None when none does."""
    environment = dict(os.environ, LD_LIBRARY_PATH=str(builder.build / "lib"),
                       QT_QPA_PLATFORM="offscreen", TMPDIR=str(folder),
                       QTEST_FUNCTION_TIMEOUT=str(WAITING_SECONDS_MAX * 1000))
    for test in tests:
        program = builder.test_in(folder, test)
        try:
            done = subprocess.run([program, "-silent"], cwd=folder, env=environment,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=WAITING_SECONDS_MAX, check=False,
                                  preexec_fn=lambda: resource.setrlimit(
                                      resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX)))
        except subprocess.TimeoutExpired:
            return test
        program.unlink()
        if done.returncode != 0:
            return test
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--at", action="append", metavar="FILE:LINE")
    arguments = parser.parse_args()

    tests = [test for test in TESTS if (arguments.build / "tests" / test).exists()]
    if not tests:
        sys.exit(f"mutants: no test of the format is built in {arguments.build}; build them first")
    builder = Builder(arguments.build, tests)
    known = alike()
    every = list(places())
    left = [one for one in every if (one[0].name, one[3].strip(), one[4].strip()) not in known]
    alike_count = len(every) - len(left)
    random.Random(arguments.seed).shuffle(left)
    if arguments.at:
        left = [one for one in left if f"{one[0].name}:{one[1]}" in arguments.at]
        if not left:
            sys.exit(f"mutants: nothing can be broken at {', '.join(arguments.at)}")
    print(f"mutants: {len(every)} in all, of which {alike_count} are known to change "
          f"nothing; {len(tests)} tests", flush=True)

    with tempfile.TemporaryDirectory(prefix="ariadne-mutants-") as scratch:
        scratch = pathlib.Path(scratch)
        plain = scratch / "plain"
        plain.mkdir()
        source = left[0][0]
        if not builder.make(source, source.read_text(), plain):
            sys.exit("mutants: the library cannot be built as it is")
        broken = killer(builder, plain, tests)
        if broken:
            sys.exit(f"mutants: {broken} fails without any mutant")

        def judge(number):
            path, line, operator, before, after = left[number]
            folder = scratch / str(number)
            folder.mkdir()
            lines = path.read_text().split("\n")
            lines[line - 1] = after
            made = builder.make(path, "\n".join(lines), folder)
            by = killer(builder, folder, tests) if made else None
            shutil.rmtree(folder, ignore_errors=True)
            return made, by, path.name, line, operator, before, after

        made = killed = 0
        with ThreadPoolExecutor(arguments.jobs) as pool:
            for result in pool.map(judge, range(min(arguments.count, len(left)))):
                if not result[0]:
                    continue
                made += 1
                if result[1]:
                    killed += 1
                    continue
                _, _, name, line, operator, before, after = result
                print(f"survived: tracefmt/{name}:{line} ({operator})\n"
                      f"    - {before.strip()}\n    + {after.strip()}", flush=True)
    if made == 0:
        sys.exit("mutants: none of them could be compiled")
    print(f"mutants: {killed} of {made} killed ({100 * killed / made:.0f} %)")


if __name__ == "__main__":
    main()
