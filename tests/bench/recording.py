#!/usr/bin/env python3
"""What recording costs: each workload without a recorder, with events, with everything, by turns.

    tests/bench/recording.py --programs build/release/tests/bench [--repeat N] [--cpus LIST]

Printed are medians over the repetitions: nanoseconds of the engine's thread that an event adds
(recorded less unrecorded, divided by the events), nanoseconds of the recorder's thread per event,
the time on the wall, what share of the engine's own time recording adds, and, of runs whose file is
brought to the disk all the time (--durability steady), how long the engine stands still to pass a
full block on, 99 of 100 times no longer. --cpus 0 runs all on one core: then the recorder's thread
takes its time from the engine's.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

LEVELS = ("off", "events", "full")
# Name, program, arguments. The last two: turns that compute for about 200 ns and 1 us.
ROWS = (
    ("ring", "bench_ring", ()),
    ("fork-join throughput", "bench_fork_join_throughput", ()),
    ("big", "bench_big", ()),
    ("bank", "bench_bank", ()),
    ("shop", "bench_shop", ("orders=600",)),
    ("busy, 200 ns", "bench_busy", ("steps=100", "ticks=200")),
    ("busy, 1 us", "bench_busy", ("steps=500", "ticks=200")),
)
# Bars of the project: engine's thread, then encoder.
BARS = {"events": 10, "full": 40}
ENCODER_BAR = 30
STALL_BAR_US = 50


def measure(programs, program, arguments, level, folder, *how):
    done = subprocess.run([programs / "ariadne-bench-message", program, *arguments, *how,
                           "--record", level, "--keep", folder / "kept.clew"]
                          if level != "off" else
                          [programs / "ariadne-bench-message", program, *arguments],
                          stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"recording.py: {program} ended with status {done.returncode}")
    words = dict(word.split("=", 1) for word in done.stdout.decode().split() if "=" in word)
    for left in folder.iterdir():
        left.unlink()
    return {name: float(words[name])
            for name in ("messages", "cpu_ns", "writer_ns", "wall_ns", "events", "file_bytes",
                         "handover_p99_us")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--programs", type=pathlib.Path, required=True,
                        help="folder of ariadne-bench-message")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each (5)")
    parser.add_argument("--cpus", help="cores to run on, as 0 or 0,1; all when not given")
    asked = parser.parse_args()
    if asked.repeat < 1:
        parser.error("--repeat takes a number from 1")
    if asked.cpus:
        os.sched_setaffinity(0, {int(cpu) for cpu in asked.cpus.split(",")})
    print(f"medians of {asked.repeat}; bars: engine {BARS['events']} (events) and {BARS['full']} "
          f"(full), encoder {ENCODER_BAR} ns an event, stall {STALL_BAR_US} us")
    print(f"{'':21} {'level':7} {'ns/message':>11} {'engine +ns/event':>17} "
          f"{'encoder ns/event':>17} {'wall ns/message':>16} {'B/event':>8} {'adds':>7} "
          f"{'stall p99 us':>13}")
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        for name, program, arguments in ROWS:
            runs = {level: [] for level in LEVELS}
            for _ in range(asked.repeat):
                for level in LEVELS:
                    runs[level].append(measure(asked.programs, program, arguments, level, folder))
                    if level != "off":
                        on_disk = measure(asked.programs, program, arguments, level, folder,
                                          "--on-disk")
                        runs[level][-1]["stall_us"] = on_disk["handover_p99_us"]
            off = statistics.median(run["cpu_ns"] for run in runs["off"])
            print(f"{name:21} {'off':7} {off:11.1f}")
            for level in LEVELS[1:]:
                some = runs[level]
                median = {key: statistics.median(run[key] for run in some) for key in some[0]}
                per_message = median["events"] / median["messages"]
                added = median["cpu_ns"] - off
                print(f"{'':21} {level:7} {median['cpu_ns']:11.1f} {added / per_message:17.1f} "
                      f"{median['writer_ns'] / per_message:17.1f} {median['wall_ns']:16.1f} "
                      f"{median['file_bytes'] / median['events']:8.1f} {added / off:7.1%} "
                      f"{median['stall_us']:13.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
