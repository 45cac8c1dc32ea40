"""What must not compile does not, and the error says what to do instead.

usage: check_compile_errors.py BUILD_FOLDER [--jobs N]
"""

import argparse
import json
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
#include "engine/ariadne.h"
#include <memory>
#include <unordered_map>
using namespace ariadne;
struct Ping { int n; };
BOOST_DESCRIBE_STRUCT(Ping, (), (n))
struct Pong { int n; };
BOOST_DESCRIBE_STRUCT(Pong, (), (n))
struct Server {
    int seen = 0;
    void on(Context&, const Ping& m) { seen += m.n; }
};
BOOST_DESCRIBE_STRUCT(Server, (), (seen))
ARIADNE_ACTOR(Server, Ping)
"""


def holding(field):
    """A message with that field, made known as far as an encoding."""
    return ("struct Bad { %s field; };\nBOOST_DESCRIBE_STRUCT(Bad, (), (field))\n"
            "Bytes f(const Bad& v) { return value::encoded(v); }\n" % field)


# (name, code behind the prelude, words the compiler must say; none: it must compile)
CASES = (
    ("the prelude itself", "void f(Context& cx, Ref<Server> s) { cx.send(s, Ping{1}); }", ()),
    ("a pointer", holding("int*"), ("cannot hold a pointer", "a Ref<Actor>")),
    ("a smart pointer", holding("std::unique_ptr<int>"), ("this type is not described",)),
    ("an unordered map", holding("std::unordered_map<int, int>"),
     ("no canonical order", "ariadne::OrderedMap")),
    ("a vector in scratch memory", "#include <memory_resource>\n" + holding("std::pmr::vector<int>"),
     ("memory that ends with its turn", "ariadne::Vector")),
    ("a secret that is no field", "ARIADNE_SECRET(Ping, n, m);",
     ("ARIADNE_SECRET names something that is no described field of the struct",)),
    ("an undescribed struct", "struct Plain { int n; };\n" + holding("Plain"),
     ("this type is not described", "Add BOOST_DESCRIBE_STRUCT(Type, (), (field, ...))")),
    ("an undescribed enum", "enum class Mode { kA };\n" + holding("Mode"),
     ("this enum is not described", "Add BOOST_DESCRIBE_ENUM(")),
    ("another clock's duration", holding("std::chrono::milliseconds"),
     ("durations are ariadne::Duration",)),
    ("a message the receiver does not accept",
     "void f(Context& cx, Ref<Server> s) { cx.send(s, Pong{1}); }",
     ("the receiver does not accept this message", "add it to its ARIADNE_ACTOR list")),
    ("an ask the receiver does not accept",
     "void f(Context& cx, Ref<Server> s) { cx.ask(s, Pong{1}, within(1s)); }",
     ("the receiver does not accept this message",)),
    ("a stranger who accepts the message",
     "void f(Context& cx, Recipient<Ping> s) { cx.send(s, {1}); }\n"
     "void g(Context& cx, Ref<Server> s) { f(cx, s); }", ()),
    ("a stranger who does not accept the message",
     "Recipient<Pong> f(Ref<Server> s) { return s; }",
     ("does not accept the message it is to receive", "ARIADNE_ACTOR list")),
    ("another message to a stranger",
     "void f(Context& cx, Recipient<Ping> s) { cx.send(s, Pong{1}); }", ("Pong", "Ping")),
    ("a pool whose workers do not take its jobs",
     "using Bad = library::Pool<Server, Pong>;\n"
     "void f(Context& cx) { cx.spawn<Bad>(); }",
     ("the pool's workers do not accept its jobs",)),
    ("a listed message without a handler",
     "struct Deaf { int n = 0; };\nBOOST_DESCRIBE_STRUCT(Deaf, (), (n))\nARIADNE_ACTOR(Deaf, Ping)",
     ("lists a message without a handler", "add `void on(Context&, const Message&)`")),
    ("an actor whose state is not described",
     "struct Dark { int n = 0; void on(Context&, const Ping&) {} };\nARIADNE_ACTOR(Dark, Ping)",
     ("the actor's state is not described",)),
    ("a behaviour nobody named",
     "struct Shut { static void on(Server&, Context&, const Ping&) {} };\n"
     "void f(Context& cx) { cx.become<Server, Shut>(); }",
     ("not a behaviour of this actor", "using Behaviours")),
    ("a root that does not take the arguments",
     'ARIADNE_PROGRAM("p", "1", Server, Pong)',
     ("the root actor must accept the program's arguments",)),
    ("an argument that is no text",
     "struct Args { std::vector<int> many; };\nBOOST_DESCRIBE_STRUCT(Args, (), (many))\n"
     "struct Main { int n = 0; void on(Context&, const Args&) {} };\n"
     "BOOST_DESCRIBE_STRUCT(Main, (), (n))\nARIADNE_ACTOR(Main, Args)\n"
     'ARIADNE_PROGRAM("p", "1", Main, Args)',
     ("a program argument is a bool, number, text, duration or enum",)),
)


def options_of(build):
    """How the engine's own sources are compiled, without their file and where that goes."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        if not entry["file"].endswith("engine/actor/program.cpp"):
            continue
        words, kept = iter(entry.get("arguments") or shlex.split(entry["command"])), []
        for word in words:
            if word in ("-o", "-MF", "-MT", "-MQ"):
                next(words, None)
            elif word not in ("-c", "-MD", "-MMD", entry["file"]) and "ccache" not in word:
                kept.append(word)
        return kept
    sys.exit("engine/actor/program.cpp is not built here")


def verdict_of(case, options):
    name, code, words = case
    result = subprocess.run([*options, "-I", str(ROOT), "-w", "-fsyntax-only", "-x", "c++", "-"],
                            input=PRELUDE + code + "\n", capture_output=True, text=True, check=False)
    if not words:
        return None if result.returncode == 0 else f"{name}: does not compile\n{result.stderr}"
    if result.returncode == 0:
        return f"{name}: compiles"
    missing = [word for word in words if word not in result.stderr]
    return f"{name}: the compiler does not say {missing}\n{result.stderr[:3000]}" if missing else None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    shared = options_of(arguments.build)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        failures = [text for text in pool.map(lambda case: verdict_of(case, shared), CASES) if text]
    print("\n".join(failures))
    print(f"{len(failures)} of {len(CASES)} cases are wrong")
    sys.exit(1 if failures else 0)
