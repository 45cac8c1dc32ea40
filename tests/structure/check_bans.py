"""What a deterministic kernel must not touch, each with what to use in its place.

Holds for engine/ and for samples/, whose actors are recorded too. A line that knows better says
so: `// ban-ok: reason`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import tree
from mutable_state import mutable_state
from recorded_calls import recorded_calls_side_by_side
from tree import Finding

FOLDERS = ("engine", "samples")
BUILD_FILES = ("CMakeLists.txt", "engine/CMakeLists.txt", "CMakePresets.json")
ESCAPE = re.compile(r"//\s*ban-ok:\s*\S+")


@dataclass(frozen=True)
class Ban:
    """`catches` and `passes` are the rule's own test: lines it must find, lines it must not."""

    name: str
    pattern: str | Callable  # of one line; or a function from code to the numbers of lines
    instead: str
    catches: tuple
    passes: tuple
    except_in: tuple = ()
    in_strings: bool = False  # the pattern is about the text of literals as well
    in_build_files: bool = False


BANS = (
    Ban("clocks",
        r"\b(system|steady|high_resolution|utc|tai|gps|file)_clock\b",
        "take the time of the run: the context's now(), in virtual nanoseconds",
        catches=("auto t = std::chrono::steady_clock::now();",
                 "using Clock = std::chrono::system_clock;",
                 "high_resolution_clock::time_point at;"),
        passes=("using Duration = std::chrono::nanoseconds;", "VirtualTime now() const;")),
    Ban("C time",
        r"(\bstd|(?<!\w))::(time|clock)\s*\(|(?<![\w.>:])time\s*\(\s*(nullptr|NULL|0|&\w+)\s*\)"
        r"|\b(clock_gettime|gettimeofday|timespec_get|localtime(_r)?|gmtime(_r)?|mktime|strftime"
        r"|nanosleep|usleep)\b|<(ctime|time\.h)>",
        "take the time of the run: the context's now(); a delay is a timer",
        catches=("auto t = time(nullptr);", "auto t = std::time(&out);", "x = ::time(0);",
                 "clock_gettime(CLOCK_MONOTONIC, &ts);", "auto c = std::clock();",
                 "#include <ctime>"),
        passes=("VirtualTime time() const { return time_; }", "row.time = world.time();",
                "time(row);", "world->time(0);")),
    Ban("random numbers",
        r"\brandom_device\b|\b(mt19937|minstd_rand|ranlux|knuth_b|default_random_engine)\w*"
        r"|\b(uniform_int|uniform_real|normal|lognormal|bernoulli|binomial|negative_binomial"
        r"|geometric|poisson|exponential|gamma|weibull|extreme_value|chi_squared|cauchy|fisher_f"
        r"|student_t|discrete|piecewise_constant|piecewise_linear)_distribution\b"
        r"|\bstd::(random_shuffle|shuffle|sample)\b|(?<![\w.>])s?rand\s*\(|\b[dlm]rand48\b"
        r"|\b(getrandom|getentropy|arc4random)\w*|<random>",
        "draw from the cell's own stream (the context's random()); it follows the seed and is the "
        "same with every standard library",
        catches=("std::random_device seed;", "std::mt19937_64 generator{1};", "int i = rand();",
                 "srand(1);", "std::uniform_int_distribution<int> d(0, 5);",
                 "std::shuffle(a.begin(), a.end(), g);", "#include <random>",
                 "std::normal_distribution<> d;"),
        passes=("cx.random().below(6);", "const auto operand = f(1);", "stream.rand();",
                "struct Distribution {};")),
    Ban("environment",
        r"\b(secure_)?getenv\b|\b(un)?setenv\b|\bputenv\b|\benviron\b",
        "make it an argument of the program; arguments are recorded",
        catches=('auto home = std::getenv("HOME");', 'setenv("A", "b", 1);',
                 "extern char** environ;"),
        passes=("struct Environment {};", "const Limits& limits;")),
    Ban("threads",
        r"\bstd::(this_thread|j?thread|async|promise|packaged_task)\b|\bpthread_\w+|\bget_id\s*\("
        r"|\bgettid\b|\bthread::id\b",
        "send a message to a cell; the executor that runs rounds is handed in from outside",
        catches=("std::this_thread::yield();", "auto id = thread.get_id();",
                 "std::jthread worker{run};", "auto f = std::async(run);",
                 "std::thread::id owner_;", "pthread_self();"),
        passes=("/// Thread-confined.", "CellKey id() const;")),
    Ban("unordered containers",
        r"\bunordered_(multi)?(map|set)\b|\b(flat|node)_hash_(map|set)\b",
        "use std::map, std::set or a vector indexed by Rank; if it is looked up but never "
        "iterated, say `// ban-ok: never iterated`",
        catches=("std::unordered_map<CellKey, Rank> ranks_;", "#include <unordered_set>",
                 "std::unordered_multimap<int, int> m;", "absl::flat_hash_map<int, int> m;"),
        passes=("std::map<CellKey, Rank> ranks_;", "// not an unordered_map",
                "absl::flat_hash_map<int, int> m;  // ban-ok: never iterated")),
    Ban("addresses as values",
        r"\bu?intptr_t\b|<<\s*static_cast<\s*(const\s+)?void\b",
        "name the thing by its CellKey, Rank or Position; addresses differ from run to run",
        catches=("auto n = reinterpret_cast<std::uintptr_t>(cell);",
                 "auto n = reinterpret_cast<intptr_t>(cell);",
                 "out << static_cast<const void*>(cell);"),
        passes=("auto* cell = static_cast<Cell*>(erased);", "auto* p = static_cast<void*>(cell);",
                "reinterpret_cast<const std::byte*>(text.data());")),
    Ban("addresses in text",
        r"%[-0-9]*p\b",
        "print the CellKey, Rank or Position",
        catches=('format("cell %p", cell);', 'format("%16p", cell);'),
        passes=('format("100% parallel");', 'format("%d", rank);',
                'f("50%");'),
        in_strings=True),
    Ban("order and hash of pointers",
        r"\bstd::(hash|less|greater)<[^<>]*\*\s*>|\b(map|set)<[^,<>]*\*\s*[,>]",
        "order and hash by CellKey, Rank or Position",
        catches=("std::hash<Cell*>{}(cell);", "std::set<const Cell*> ready_;",
                 "std::map<Cell*, int> m;", "std::less<Cell *> before;"),
        passes=("std::hash<Rep>{}(id.value);", "std::map<Rank, Cell*> cells_;",
                "std::set<Rank> ready_;")),
    Ban("type identity of the process",
        r"\bhash_code\s*\(|\btype_index\b",
        "use the structural hash of the type description; it is the same in every program",
        catches=("typeid(T).hash_code();", "std::type_index index{typeid(T)};"),
        passes=("desc.hash;", "TypeIndex type;", "type_indexed(x);")),
    Ban("files",
        r"\bstd::filesystem\b|<(filesystem|fstream)>|\bstd::[io]?fstream\b|\bfopen\s*\(",
        "leave files to tracefmt and recorder; the engine speaks through EventSink",
        catches=("#include <filesystem>", "std::ofstream out;", "std::filesystem::path p;",
                 'fopen("a", "r");'),
        passes=("#include <sstream>", "std::ostringstream out;")),
    Ban("console",
        r"<(iostream|print)>|\bstd::(cout|cerr|clog|cin)\b"
        r"|\b(v?f?printf|puts|fputs|putchar)\s*\(|\bstderr\b|\bstdout\b",
        "log through the context: the log is part of the trace; the engine itself never logs",
        catches=("#include <iostream>", 'std::cout << "x";',
                 'std::fprintf(stderr, "x");', 'printf("x");', 'std::puts("x");'),
        passes=("#include <ostream>", "std::ostream& operator<<(std::ostream& out, Rank r);",
                "#include <sstream>", "outputs(cell);", 'std::snprintf(out, 9, "%d", n);'),
        except_in=("engine/base/check.cpp",)),
    Ban("volatile",
        r"\bvolatile\b",
        "it orders nothing; say what is meant with a value, or with an atomic outside the engine",
        catches=("volatile int x = 0;", "const volatile bool* flag;"),
        passes=("bool isVolatileField() const;", "// volatile")),
    Ban("locale",
        r"\bsetlocale\b|\bstd::locale\b|<(locale|clocale|locale\.h)>|\b(std::)?strto(d|f|ld)\b"
        r"|\b(std::)?sto(d|f|ld)\s*\(|\b(std::)?atof\b|\blocaleconv\b"
        r"|\bto_string\s*\(\s*(static_cast<\s*(double|float)|(double|float)\s*[({]|\d[\d']*\.)",
        "use std::to_chars and std::from_chars; they read no locale",
        catches=('std::setlocale(LC_ALL, "");', "double d = std::strtod(text, &end);",
                 "std::stod(text);", "std::to_string(1.5);", "#include <locale>",
                 "std::to_string(static_cast<double>(n));", "atof(text);"),
        passes=("std::to_string(rank.value);", "std::to_chars(begin, end, 1.5);",
                "std::to_string(17);", "strtoul_like(text);")),
    Ban("locale in formats",
        r"%[-+#0*\d.]*L?[aefgAEFG](?!\w)",
        "use std::to_chars; printf takes its decimal point from the locale",
        catches=('std::snprintf(out, 9, "%g", d);', 'std::snprintf(out, 9, "%.17g", d);'),
        passes=('std::snprintf(out, 9, "%016llx", key);', 'f("100%exact");', 'f("50% full");'),
        in_strings=True),
    Ban("floating-point shortcuts",
        r"#\s*pragma\s+(GCC|clang|STDC)\s+(optimize|fp\b|float_control|FP_CONTRACT|FENV_ACCESS)"
        r"|\boptimize\s*\(|\bstd::fma[fl]?\b|\bfesetround\b"
        r"|-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-freciprocal-math"
        r"|-ffinite-math|-ffp-contract=(on|fast)",
        "let the same source give the same bits: no fast math, no contraction, no rounding modes",
        catches=('#pragma GCC optimize("fast-math")', "#pragma STDC FP_CONTRACT ON",
                 "#pragma clang fp contract(fast)", '__attribute__((optimize("Ofast"))) void f();',
                 "add_compile_options(-ffast-math)", '"CMAKE_CXX_FLAGS": "-Ofast"',
                 "target_compile_options(x PRIVATE -ffp-contract=fast)", "x = std::fma(a, b, c);"),
        passes=("#pragma once", "add_compile_options(-ffp-contract=off)", "const double x = a * b;",
                "isOptimized(x);"),
        in_strings=True, in_build_files=True),
    Ban("mutable globals and statics",
        mutable_state,
        "keep it in the state of an actor, which is recorded and set back, or hand it in; what "
        "never changes is constexpr or const; what a program's own start fills says so: "
        "`// ban-ok: reason`",
        catches=("int count = 0;", "namespace { std::map<int, int> seen; }", "const char* name;",
                 "thread_local int depth = 0;", "void f() { static int calls = 0; ++calls; }",
                 "void f() { static std::mt19937 g(1); }", "void f() { thread_local Cache c; }",
                 "struct A { static int count; int mine = 0; };", "inline std::atomic<int> next{0};",
                 "std::function<void(int)> hook;", "extern int count;",
                 "auto f() { return [] { static std::vector<int> all; return all.size(); }; }",
                 "BOOST_DESCRIBE_STRUCT(A, (), (a))\nint afterwards = 0;"),
        passes=("constexpr int kMax = 3;", "const std::string kName = f();", "int f(int a = 0);",
                "inline constexpr char kText[] = {1, 2};", "const char* const kName = nullptr;",
                "struct A { int mine = 0; static constexpr int kMax = 1; static int f(); };",
                "void f() { int mine = 0; static const int kMax = g(); }", "struct A;",
                "void f() { struct A { static bool g(int a) { return a; } }; }",
                "enum class E : int { kA = 0, kB };", "using A = std::map<int, int>;",
                "A::A(int a) : a_(a), b_{a} {}", "static int g(int a);",
                "template <class T> inline constexpr bool kIs<T*> = true;",
                "ARIADNE_ACTOR(Guest, Start)\nstruct Next { int a = 0; };",
                "int f() { if (a) { b = 1; } else { b = 2; } int c{3}; return c; }",
                "static int calls = 0;  // ban-ok: counts for the test alone")),
    Ban("recorded calls side by side",
        recorded_calls_side_by_side,
        "give each a variable of its own, in the order that is meant; compilers differ in the "
        "order of arguments and operands, and the trace with them",
        catches=("f(cx.random().below(6), cx.random().below(6));",
                 "const auto sum = cx.random().below(6) + cx.random().below(6);",
                 "cx.send(cx.spawn<A>(), Deal{cx.random().u64()});",
                 "f(draw(cx), draw(cx));", "f(1, g(cx.openRegion()), {1, draw(cx)});",
                 "f(random.below(2),\n  random.oneIn(3));", "if (draw(cx) == draw(cx)) g();",
                 "auto p = std::make_pair(cx.ask(a, Get{}, within(1s)), cx.after(1s, Tick{}));",
                 "turn_.send(to, make(core_->draw(f), core_->draw(f)));",
                 "x = co_await cx.ask<A>(a, Get{}, t) + co_await cx.ask<A>(b, Get{}, t);",
                 "f([&](int a) { return g(cx.random().u64(), draw(cx)); }, 1);",
                 "void on(Context& cx, const M& m) { for (;;) { f(draw(cx), 1, draw(cx)); } }"),
        passes=("cx.send(cx.spawn<A>(), Hello{});", "cx.send(a, M{}); cx.send(b, M{});",
                "const Deal deal{cx.random().u64(), cx.random().u64()};",
                "const bool both = cx.random().oneIn(2) && cx.random().oneIn(3);",
                "const auto x = a ? cx.random().u64() : cx.random().below(2);",
                "out << cx.random().u64() << cx.random().u64();", "f(cx.self(), cx.now());",
                "int a = cx.random().below(2), b = cx.random().below(3);",
                "f(cx.random().below(3), cx.self(), cx.now() + delay);",
                "cx.random().below(cx.random().below(9) + 1);", "void on(Context& cx, const M& m);",
                "for (int i = draw(cx); i < 3; i += draw(cx)) cx.send(a, M{});",
                "if (draw(cx)) { cx.send(a, M{}); } else { cx.send(b, M{}); }",
                "f([&] { cx.send(a, M{}); }, [&] { cx.send(b, M{}); });",
                "map.emplace<A, B>(draw(cx), 1);",
                "f(draw(cx), draw(cx));  // ban-ok: both draw the same")),
)


def findings_of(ban, path, source):
    """The lines of `source` that `ban` is about."""
    if path in ban.except_in:
        return []
    is_cpp = path.endswith(tree.CPP_SUFFIXES)
    code = tree.code_of(source, keep_strings=ban.in_strings) if is_cpp else source
    whole = source.split("\n")
    return [Finding(path, number, f"{ban.name}: {ban.instead}") for number in lines_of(ban, code)
            if not ESCAPE.search(whole[number - 1])]


def lines_of(ban, code):
    if callable(ban.pattern):
        return ban.pattern(code)
    return [number for number, text in enumerate(code.split("\n"), 1)
            if re.search(ban.pattern, text)]


def check():
    sources = {path: tree.read(path) for path in tree.cpp_files(*FOLDERS)}
    findings = [finding for path, source in sources.items() for ban in BANS
                for finding in findings_of(ban, path, source)]
    for path in BUILD_FILES:
        source = tree.read(path)
        sources[path] = source
        findings += [finding for ban in BANS if ban.in_build_files
                     for finding in findings_of(ban, path, source)]
    return findings, len(sources)


if __name__ == "__main__":
    tree.main(check)
