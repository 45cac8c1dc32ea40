"""Who may include whom: the layers of the house, and the fences around other people's libraries."""

import re
from dataclasses import dataclass

import tree
from tree import Finding

PRODUCT = ("engine", "tracefmt", "recorder", "studio", "samples", "plugins")

_ENGINE = ("engine/base", "engine/value", "engine/effect", "engine/region", "engine/kernel",
           "engine/actor", "engine/library", "engine/task",
           "engine/ariadne.h")
_STUDIO = ("studio/session", "studio/models", "studio/views", "studio/store", "studio/api")

# Folder -> what its files may include, besides their own folder.
LAYERS = {
    "engine/base": (),
    "engine/value": ("engine/base",),
    "engine/effect": ("engine/base", "engine/value"),
    "engine/region": ("engine/base", "engine/value", "engine/effect"),
    "engine/kernel": ("engine/base", "engine/value", "engine/effect", "engine/region"),
    "engine/actor": ("engine/base", "engine/value", "engine/effect", "engine/region",
                     "engine/kernel"),
    "engine/library": ("engine/base", "engine/value", "engine/effect", "engine/region",
                       "engine/kernel", "engine/actor"),
    "engine/task": ("engine/base", "engine/value", "engine/effect", "engine/region",
                    "engine/kernel", "engine/actor"),
    # For tests of actors; no part of the product may lean on it.
    "engine/testkit": ("engine/base", "engine/value", "engine/effect", "engine/region",
                       "engine/kernel", "engine/actor"),
    "engine/ariadne.h": _ENGINE,
    "tracefmt": ("engine/base",),
    # Handlers of effects know requests and answers, nothing of runs and files of runs.
    "recorder/effects": ("engine/base", "engine/value", "engine/effect"),
    # The language of breakpoints and filters.
    "recorder/condition": (*_ENGINE, "tracefmt", "recorder"),
    # SQL over a trace: nothing that records or runs leans on it.
    "recorder/query": (*_ENGINE, "tracefmt", "recorder"),
    # Traces in the formats of others.
    "recorder/export": (*_ENGINE, "tracefmt", "recorder"),
    # Runs that somebody looks on at, here or in a process of their own.
    "recorder/host": (*_ENGINE, "tracefmt", "recorder", "recorder/condition", "recorder/effects"),
    # Traces that can be given away.
    "recorder/redact": (*_ENGINE, "tracefmt", "recorder"),
    "recorder": (*_ENGINE, "tracefmt", "recorder/effects"),
    "studio/store": ("engine/base",),
    "studio/api": ("engine/base",),
    "studio/session": (*_ENGINE, "tracefmt", "recorder", "recorder/condition", "recorder/host",
                       "recorder/query", "studio/store", "studio/api"),
    "studio/models": ("engine/base", "studio/session", "studio/api"),
    "studio/views": ("engine/base", "studio/session", "studio/models", "studio/api"),
    # main() wires everything, program loading included.
    "studio/app": ("engine/base", "recorder", *_STUDIO),
    "studio/cli": (*_ENGINE, "tracefmt", "recorder", "recorder/condition", "recorder/export",
                   "recorder/host", "recorder/query", "recorder/redact"),
    "samples": ("engine/ariadne.h",),
    "plugins": ("engine/ariadne.h", "studio/api"),
}


@dataclass(frozen=True)
class Fence:
    """Headers matching `pattern` are for the `inside` alone: folders, or files without suffix."""

    name: str
    pattern: str
    inside: tuple

    def holds(self, path):
        return any(within(path, place) for place in self.inside)


FENCES = (
    Fence("Cap'n Proto", r"(capnp|kj)/|.*\.capnp\.h$", ("tracefmt", "recorder/host")),
    Fence("LZ4", r"lz4", ("tracefmt",)),
    Fence("libcurl", r"curl/", ("recorder/effects/http",)),
    Fence("xxHash", r"xxh", ("engine/base/digest.cpp", "engine/base/event_digest_inline.h")),
    Fence("SQLite", r"sqlite3", ("recorder/query", "studio/store")),
    Fence("CLI11", r"CLI/", ("studio/cli", "studio/app/main.cpp")),
    Fence("spdlog", r"(spdlog|fmt)/", ("studio", "plugins")),
    Fence("nlohmann-json", r"nlohmann/", ("recorder", "studio", "plugins")),
    Fence("backward-cpp", r"backward", ("studio/cli", "studio/app")),
    Fence("Boost", r"boost/(describe|mp11)", ("engine", "samples", "plugins")),
    Fence("Boost.CRC", r"boost/crc", ("tracefmt",)),
    Fence("Abseil", r"absl/", ("engine", "tracefmt", "recorder", "studio", "plugins")),
    Fence("Qt", r"Q\w+$|Qt\w+/", (*_STUDIO, "studio/app", "plugins")),
    Fence("threads",
          r"(thread|mutex|shared_mutex|condition_variable|atomic|future|semaphore|latch|barrier"
          r"|stop_token)$",
          # type_info.cpp numbers the types of the process, whichever thread meets one first.
          ("recorder", "studio/session", "studio/app", "engine/base/check.cpp",
           "engine/value/type_info.cpp",
           # Threads share the run phase of a round, and message nodes by the batch.
           "engine/kernel/round_executor.cpp", "engine/kernel/message_pool.h",
           # Read by the watchdog's thread while turns run.
           "engine/kernel/turn_watch",
           # What a killed process leaves in a mapped file is stored in order.
           "engine/base/event_batch.h", "engine/base/slab.cpp", "tracefmt/tail_file.cpp",
           # The watchdog speaks while the command waits for the run.
           "studio/cli/console")),
    Fence("the operating system",
          r"(sys|linux)/|(unistd|fcntl|dlfcn|signal|poll|spawn|pthread|execinfo|getopt|termios|malloc)\.h$",
          # slab.cpp asks for large pages, which decides nothing but how long a first touch takes.
          ("tracefmt", "recorder", "studio", "plugins", "engine/base/slab.cpp")),
)

_STANDARD = re.compile(r"[a-z_0-9]+$|(assert|errno|float|inttypes|limits|math|stddef|stdint|string"
                       r"|stdlib)\.h$|cxxabi\.h$")
_DESCRIBE = re.compile(r"boost/describe")
# What moc and uic write beside the objects.
_GENERATED = re.compile(r".*\.moc$|moc_.*\.cpp$|ui_.*\.h$|.*\.capnp\.h$")


def within(path, place):
    """True when `path` is `place`, below it, or a file of that name ("recorder/query_x.cpp" is
    within "recorder/query")."""
    return path == place or path.startswith((place + "/", place + "_", place + "."))


def layer_of(path):
    """The longest layer that `path` belongs to, or None."""
    fitting = [layer for layer in LAYERS if path == layer or path.startswith(layer + "/")]
    return max(fitting, key=len, default=None)


def sample_of(path):
    """samples/bank/teller.h -> samples/bank; a file right in samples/ is its own."""
    return "/".join(path.split("/")[:2])


def check_layer(path, line, name):
    """A quoted include: one of ours."""
    if _GENERATED.match(name):
        return None
    if name.split("/")[0] not in PRODUCT:
        return Finding(path, line, f'"{name}" does not start at the root of the tree; write '
                                   f'"engine/base/ids.h", and <...> for other people\'s headers')
    own, other = layer_of(path), layer_of(name)
    if own is None:
        return None  # check_folder says so once per file
    if own == "samples":
        if name == "engine/ariadne.h" or sample_of(name) == sample_of(path):
            return None
        return Finding(path, line, f'a sample shows what the public API can do: "{name}" is not '
                                   f'"engine/ariadne.h" and not of {sample_of(path)}/')
    if other == own or other in LAYERS[own]:
        return None
    allowed = ", ".join((own, *LAYERS[own]))
    return Finding(path, line, f'"{name}" is out of reach: {own} may include {allowed}')


def check_fence(path, line, name):
    """An include in angle brackets: somebody else's."""
    for fence in FENCES:
        if re.match(fence.pattern, name):
            if fence.holds(path):
                break
            return Finding(path, line, f"<{name}> belongs to {fence.name}, which is fenced into "
                                       f"{', '.join(fence.inside)}")
    else:
        if not _STANDARD.match(name):
            return Finding(path, line, f"<{name}> is behind no fence; add one in "
                                       f"tests/structure/check_layers.py and say why in "
                                       f"ARCHITECTURE.md")
    if layer_of(path) == "samples" and not (_STANDARD.match(name) or _DESCRIBE.match(name)):
        return Finding(path, line, f"<{name}>: a sample needs the standard library, "
                                   f"boost/describe and the public API only")
    return None


def check_folder(path):
    if layer_of(path) is None:
        return Finding(path, 0, "this folder has no layer; give it one in LAYERS of "
                                "tests/structure/check_layers.py")
    return None


def check_logging_place(sources):
    """spdlog's headers cost seconds per file, so one file of the tree pays."""
    users = sorted({path for path, source in sources.items()
                    for _, name, quoted in tree.includes_of(source)
                    if not quoted and name.startswith("spdlog/")})
    return [Finding(path, 0, f"includes spdlog, which {users[0]} already does; log through it")
            for path in users[1:]]


def check_source(path, source):
    """All findings in one file but those that need the others."""
    findings = [check_folder(path)]
    for line, name, quoted in tree.includes_of(source):
        if quoted:
            findings.append(check_layer(path, line, name))
        if not quoted or _GENERATED.match(name) and "capnp" in name:
            findings.append(check_fence(path, line, name))
    return [finding for finding in findings if finding]


def check():
    sources = {path: tree.read(path) for path in tree.cpp_files(*PRODUCT)}
    findings = check_logging_place(sources)
    for path, source in sources.items():
        findings += check_source(path, source)
    return findings, len(sources)


if __name__ == "__main__":
    tree.main(check)
