"""Runs the message workloads on Ariadne, on the bare loop, on CAF and on Erlang, side by side.

Interleaved in one go, so that a machine that slows down slows all of them. `./dev bench peers` builds
what this needs and calls it; README.md in the folder above says how to read the tables.
"""

import argparse
import json
import math
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

# A run takes seconds at most; one that hangs must not stop the others for good.
SECONDS_MAX = 300


@dataclass(frozen=True)
class Row:
    """One line of the table: a workload, its arguments, and which of them makes it longer."""

    name: str
    workload: str
    args: dict
    scale: str
    few: int  # value of args[scale] for counting instructions; also run with twice of it

    def with_scale(self, value):
        return {**self.args, self.scale: value}


ROWS = (
    Row("ping-pong", "ping_pong", {"trips": 400_000}, "trips", 10_000),
    Row("ring, 100 actors", "ring", {"actors": 100, "hops": 800_000}, "hops", 20_000),
    Row("counting, flood", "counting", {"messages": 1_000_000}, "messages", 20_000),
    Row("fork-join create", "fork_join_create", {"actors": 100_000}, "actors", 5_000),
    Row("fork-join throughput, 60 actors", "fork_join_throughput",
        {"actors": 60, "messages": 10_000}, "messages", 300),
    Row("big, 120 actors", "big", {"actors": 120, "pings": 4_000}, "pings", 100),
    Row("chameneos, 100 creatures", "chameneos", {"creatures": 100, "meetings": 200_000},
        "meetings", 5_000),
    Row("bank, 1,000 accounts", "bank",
        {"accounts": 1_000, "tellers": 50, "window": 20, "transfers": 4_000}, "transfers", 100),
    Row("shop, 10,000 actors", "shop",
        {"clients": 1_000, "stocks": 2_000, "payments": 2_000, "orders": 600}, "orders", 5),
    Row("random target, 1,000 actors", "random_target",
        {"actors": 1_000, "tokens": 1_000, "hops": 1_000}, "hops", 30),
    Row("random target, 10,000 actors", "random_target",
        {"actors": 10_000, "tokens": 1_000, "hops": 1_000}, "hops", 30),
    Row("random target, 100,000 actors", "random_target",
        {"actors": 100_000, "tokens": 1_000, "hops": 1_000}, "hops", 30),
)
CHAIN = {"hops": 10, "chains": 5_000}
RUNNERS = ("floor", "off", "events", "full", "caf", "erlang")


class PeerError(Exception):
    """A peer that could not be run, or whose answer is not to be compared."""


class Programs:
    """The built executables, and how each is called. `folder` is tests/bench of the build."""

    def __init__(self, folder):
        self.folder = folder

    def has(self, runner):
        if runner == "caf":
            return (self.folder / "ariadne-bench-caf").exists()
        if runner == "erlang":
            return (self.folder / "savina.beam").exists() and shutil.which("erl") is not None
        return True

    def command(self, runner, workload, args):
        words = [f"{name}={value}" for name, value in args.items()]
        if runner in ("off", "events", "full"):
            return [self.folder / "ariadne-bench-message", f"bench_{workload}", *words,
                    "--record", runner]
        if runner == "actors":
            return [self.folder / "ariadne-bench-actors", workload, *words]
        if runner == "erlang":
            # One scheduler that sleeps when it has nothing to do, or its CPU time says nothing.
            return ["erl", "+S", "1:1", "+SDcpu", "1:1", "+SDio", "1", "+sbwt", "none",
                    "+P", "4000000", "-noshell", "-pa", self.folder,
                    "-run", "savina", "main", workload, *words, "-s", "init", "stop"]
        return [self.folder / f"ariadne-bench-{runner}", workload, *words]

    def run(self, runner, workload, args):
        """The figures of one run, by name."""
        text = output_of(self.command(runner, workload, args))
        fields = dict(word.split("=", 1) for word in text.split() if "=" in word)
        if "messages" not in fields or "cpu_ns" not in fields:
            raise PeerError(f"{runner} {workload}: no figures in '{text.strip()}'")
        return {name: float(value) for name, value in fields.items()
                if re.fullmatch(r"-?\d+(\.\d+)?", value)}

    def instructions(self, runner, row, count):
        """Instructions and messages of one run with args[scale] = `count`."""
        figures = output_of(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                             *self.command(runner, row.workload, row.with_scale(count))],
                            with_errors=True)
        collected = re.search(r"Collected : (\d+)", figures)
        messages = re.search(r"messages=(\d+)", figures)
        if not collected or not messages:
            raise PeerError(f"callgrind of {runner} {row.workload}: not understood: {figures}")
        return int(collected.group(1)), int(messages.group(1))


def output_of(command, with_errors=False):
    words = [str(word) for word in command]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX,
                              check=False)
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"{' '.join(words)}: not done after {SECONDS_MAX} s") from error
    if done.returncode != 0:
        raise PeerError(f"{' '.join(words)}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout + (done.stderr if with_errors else "")


def measure(programs, rows, runners, repeat):
    """{row name: {runner: [figures, ...]}}, one runner after the other, `repeat` times over.

    Another one begins each time: on a virtual machine the first to want much memory pays for the
    pages that the host had taken back, up to five times its own time.
    """
    results = {row.name: {runner: [] for runner in runners} for row in rows}
    for turn in range(repeat):
        first = turn % len(runners)
        for row in rows:
            counts = set()
            for runner in runners[first:] + runners[:first]:
                figures = programs.run(runner, row.workload, row.args)
                counts.add(figures["messages"])
                results[row.name][runner].append(figures)
            if len(counts) != 1:
                raise PeerError(f"{row.name}: the peers ran different counts: {sorted(counts)}")
        print(f"repetition {turn + 1} of {repeat} done", file=sys.stderr)
    return results


def median(runs, key):
    return statistics.median(run[key] for run in runs) if runs else math.nan


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values)) if values else math.nan


def shown(value, digits=1):
    return "-" if math.isnan(value) else f"{value:,.{digits}f}"


def print_table(head, lines):
    widths = [max(len(line[i]) for line in (head, *lines)) for i in range(len(head))]
    for number, line in enumerate((head, *lines)):
        print("| " + " | ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                                for i, (cell, width) in enumerate(zip(line, widths))) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()


def print_messages(rows, results, key):
    ratios = {name: [] for name in ("CAF/off", "Erlang/off", "off/floor", "full/off")}
    lines = []
    for row in rows:
        ns = {runner: median(results[row.name].get(runner, []), key) for runner in RUNNERS}
        found = {"CAF/off": ns["caf"] / ns["off"], "Erlang/off": ns["erlang"] / ns["off"],
                 "off/floor": ns["off"] / ns["floor"], "full/off": ns["full"] / ns["off"]}
        for name, value in found.items():
            if not math.isnan(value):
                ratios[name].append(value)
        lines.append([row.name, *(shown(ns[runner]) for runner in RUNNERS),
                      *(shown(value, 2) for value in found.values())])
    blanks = [""] * len(RUNNERS)
    lines.append(["geometric mean", *blanks,
                  *(shown(geometric_mean(values), 2) for values in ratios.values())])
    lines.append(["least", *blanks,
                  *(shown(min(values, default=math.nan), 2) for values in ratios.values())])
    print_table(["ns per message", "floor", "Ariadne off", "events", "full", "CAF", "Erlang",
                 *ratios], lines)


def print_instructions(programs, rows):
    lines = []
    ratios = []
    for row in rows:
        per_message = []
        for runner in ("floor", "off"):
            few, few_messages = programs.instructions(runner, row, row.few)
            more, more_messages = programs.instructions(runner, row, 2 * row.few)
            per_message.append((more - few) / (more_messages - few_messages))
        ratios.append(per_message[1] / per_message[0])
        lines.append([row.name, *(shown(value, 0) for value in per_message), shown(ratios[-1], 2)])
    lines.append(["geometric mean", "", "", shown(geometric_mean(ratios), 2)])
    print_table(["instructions per message", "floor", "Ariadne off", "off/floor"], lines)


def print_actors(programs, repeat, peers, key):
    """What is not about the throughput of messages."""
    def runs(runner, workload, args):
        return [programs.run(runner, workload, args) for _ in range(repeat)]

    def again(runner, workload, args):
        """The third time in one process: most memory was touched before. A new page can cost more
        than what it is wanted for, and how much differs between machines by a factor of fifty."""
        return runs(runner, workload, {**args, "repeat": 3})

    columns = ("actors", *peers)
    idle = {n: {runner: runs(runner, "idle", {"actors": n}) for runner in columns}
            for n in (100_000, 1_000_000)}
    lines = []
    for n, by_runner in idle.items():
        lines.append([f"resident bytes per idle actor, {n:,} of them",
                      *(shown(median(by_runner[r], "bytes_per_actor"), 0) for r in columns)])
        lines.append([f"ns per spawn, {n:,} kept alive",
                      *(shown(median(by_runner[r], key), 0) for r in columns)])
        lines.append(["  the third time in one process",
                      *("-" if r == "erlang" else
                        shown(median(again(r, "idle", {"actors": n}), key), 0) for r in columns)])
    chain = {runner: runs(runner, "ask_chain", CHAIN) for runner in columns}
    for share in ("p50", "p99"):
        lines.append([f"ask through {CHAIN['hops']} actors and back, wall ns, {share}",
                      *(shown(median(chain[r], f"{share}_ns"), 0) for r in columns)])
    none = ["-"] * len(peers)
    for name, times in (("first", runs), ("third", again)):
        snapshot = times("actors", "snapshot", {"actors": 100_000})
        lines.append([f"the {name} snapshot of a process, of 100,000 actors, ns per actor",
                      shown(median(snapshot, key), 0), *none])
        lines.append(["  of what changed of 1 in 100 of them, us",
                      shown(median(snapshot, "changes_us"), 0), *none])
        lines.append(["  restoring it, ms", shown(median(snapshot, "restore_ms")), *none])
    for title, workload, args in (("10,000 actors with turns of 2 us", "busy",
                                   {"actors": 10_000, "ticks": 20}),
                                  ("one message a round", "tiny_rounds", {"trips": 200_000})):
        one, two = (median(runs("actors", workload, {**args, "threads": n}), "wall_ns")
                    for n in (1, 2))
        lines.append([f"{title}, wall ns a turn: one thread", shown(one, 0), *none])
        lines.append(["  two threads; times as fast", f"{shown(two, 0)}; {shown(one / two, 2)}",
                      *none])
    print_table(["actors", "Ariadne", *("CAF" if p == "caf" else "Erlang" for p in peers)], lines)


def print_cold_start(programs, repeat):
    """From the start of a process to the first turn after a snapshot, beside one that ends at once."""
    cold = str(programs.folder / "ariadne-bench-cold")
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "bank.clew")
        output_of([programs.folder / "ariadne-bench-message", "bench_bank", "accounts=1000",
                   "tellers=50", "window=20", "transfers=4000", "--record", "full", "--keep", file])
        ms = {True: [], False: []}
        for _ in range(20 * repeat):
            for with_file in ms:
                begin = time.perf_counter()
                output_of([cold, file] if with_file else [cold])
                ms[with_file].append(1000 * (time.perf_counter() - begin))
    empty, full = (statistics.median(ms[with_file]) for with_file in (False, True))
    print_table(["cold start, wall ms of a process", "", ""],
                [["ends at once", shown(empty, 2), ""],
                 ["goes on from a snapshot in a file to its first turn", shown(full, 2),
                  f"{shown(full / empty, 2)}x"]])


def parse(words):
    parser = argparse.ArgumentParser(prog="./dev bench peers", description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, required=True,
                        help="folder of the built benchmarks (./dev bench peers gives it)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each; medians are shown")
    parser.add_argument("--rows", default="", help="only rows whose workload is in this list, "
                        "separated by commas, such as bank,shop")
    parser.add_argument("--clock", choices=("cpu", "wall"), default="cpu",
                        help="cpu: of the engine's thread or the peer's process; holds on a shared "
                             "machine. wall: includes the wait for the recording's writer")
    parser.add_argument("--instructions", action="store_true",
                        help="also count instructions of the floor and of Ariadne with callgrind")
    parser.add_argument("--only-messages", action="store_true",
                        help="leave out spawning, asks, memory, snapshots, threads and cold start")
    parser.add_argument("--json", type=Path, help="also write every figure of every run here")
    args = parser.parse_args(words)
    if args.repeat < 1:
        parser.error("--repeat must be at least 1")
    names = {name for name in args.rows.split(",") if name}
    unknown = names - {row.workload for row in ROWS}
    if unknown:
        parser.error(f"no workload is called {', '.join(sorted(unknown))}; there are "
                     + ", ".join(dict.fromkeys(row.workload for row in ROWS)))
    args.rows = [row for row in ROWS if not names or row.workload in names]
    return args


def main(words):
    args = parse(words)
    programs = Programs(args.programs)
    runners = [runner for runner in RUNNERS if programs.has(runner)]
    for missing in sorted(set(RUNNERS) - set(runners)):
        print(f"{missing} was not found when the benchmarks were built: its columns are empty")
    key = f"{args.clock}_ns"
    try:
        results = measure(programs, args.rows, runners, args.repeat)
        if args.json:
            args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"{args.clock} time, median of {args.repeat}; one thread runs actors in each")
        print_messages(args.rows, results, key)
        if args.instructions:
            print_instructions(programs, args.rows)
        if not args.only_messages:
            peers = [runner for runner in ("caf", "erlang") if runner in runners]
            print_actors(programs, args.repeat, peers, key)
            print_cold_start(programs, args.repeat)
    except PeerError as error:
        print(f"run_peers: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
