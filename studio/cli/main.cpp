// The command `ariadne`: reads its line and hands over to one verb. The only file that sees CLI11.
#include "studio/cli/arguments.h"
#include "studio/cli/commands.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ariadne::cli {
namespace {

constexpr const char* kExitCodes =
    "Exit status: 0 done and it holds; 1 the answer is \"different\" or the program failed; "
    "2 bad usage or bad input.\n";

constexpr const char* kViewingNote =
    "A trace that a crash cut short is shown up to the cut, with a warning. A damaged one is shown "
    "up to\n"
    "the damage and gives 2. Nothing here runs code of the recorded program.\n";

template <class T>
T taken(const std::string& option, absl::StatusOr<T> parsed) {
    if (!parsed.ok()) throw CLI::ValidationError(option, std::string{parsed.status().message()});
    return *std::move(parsed);
}

/// An option whose text `parse` turns into what `use` takes; the error names the option.
template <class Parse, class Use>
CLI::Option* addParsed(CLI::App& verb, const std::string& name, Parse parse, Use use,
                       const std::string& help) {
    return verb.add_option_function<std::string>(
        name, [name, parse, use](const std::string& text) { use(taken(name, parse(text))); }, help);
}

/// The same for one that may be given several times.
template <class Parse, class Use>
CLI::Option* addRepeated(CLI::App& verb, const std::string& name, Parse parse, Use use,
                         const std::string& help) {
    return verb
        .add_option_function<std::vector<std::string>>(
            name,
            [name, parse, use](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) use(taken(name, parse(text)));
            },
            help)
        ->allow_extra_args(false);
}

/// The command line as one object: the verbs bind to its members.
class CommandLine {
public:
    CommandLine() {
        app_.set_version_flag("--version", "ariadne " ARIADNE_VERSION);
        app_.require_subcommand(1);
        app_.footer("\"ariadne VERB --help\" explains a verb and shows an example.\n" +
                    std::string{kExitCodes});
        app_.add_option("--programs", folders_, "A further folder with programs (*.so)")
            ->option_text("DIR ...")
            ->allow_extra_args(false);
        addPrograms();
        addHost();
        addRun();
        addExplore();
        addCheckDeterminism();
        addInfo();
        addDump();
        addState();
        addQuery();
        addExport();
        addVerify();
        addReplay();
        addMaterialise();
        addDiff();
        addCut();
        addRecover();
        addRedact();
        addStudio();
    }

    int execute(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            return answer(error);
        }
        Console console{verb_};
        return static_cast<int>(console.finish(command_(console)));
    }

private:
    /// A verb whose command object is `command`; its folders are filled in after parsing.
    template <class Command>
    CLI::App& addVerb(const std::string& name, const std::string& purpose, Command& command,
                      const std::string& footer) {
        CLI::App& verb = *app_.add_subcommand(name, purpose);
        verb.fallthrough();
        verb.footer(footer + kExitCodes);
        verb.callback([this, name, &command] {
            if constexpr (requires { command.folders; }) command.folders = folders_;
            verb_ = name;
            command_ = [&command](Console& console) { return command.execute(console); };
        });
        if constexpr (requires { command.json; })
            verb.add_flag("--json", command.json, "Print JSON");
        return verb;
    }

    void addHost() {
        CLI::App& verb = addVerb(
            "host", "Executes a run for the studio, which starts this by itself", host_,
            "The studio talks to it over a socket, and goes on when a program crashes "
            "here.\n0: the studio closed the socket, and the run is sealed. 2: no socket.\n");
        verb.add_option("--socket", host_.socket, "The descriptor of the socket (3)")
            ->option_text("N");
        verb.group("");
    }

    void addPrograms() {
        addVerb("programs", "Lists the programs that can be run, with their arguments", programs_,
                "Example: ariadne programs\n");
    }

    void addRun() {
        CLI::App& verb = addVerb(
            "run", "Runs a program from a seed and records it", run_,
            "Example: ariadne run lost_update --seed 7 --arg tellers=3 -o bad.clew\n"
            "1: the run failed or hit a limit, or --self-check found that the program is not "
            "deterministic.\n"
            "2 also when the recording could not be finished.\n"
            "Ctrl-C ends the run in good order; its recording is whole.\n");
        recorder::RunRequest& request = run_.request;
        addProgram(verb, request);
        addParsed(
            verb, "--seed", parseNumber,
            [&](std::uint64_t seed) {
                request.seed = seed;
                run_.seedGiven = true;
            },
            "What all chance of the run comes from (1)")
            ->option_text("N");
        addPolicy(verb, request, run_.pctGiven,
                  "rounds (default): all actors in lock-step; one message at a time: random; pct, "
                  "by priorities that change a few times; replay, as --decisions has it");
        verb.add_option_function<std::string>(
                "--decisions", [this](const std::string& path) { run_.decisions = path; },
                "For policy replay: the trace whose choices are made again. Its arguments and seed "
                "count unless others are given")
            ->option_text("FILE.clew");
        addParsed(
            verb, "--memory", parseNumber,
            [&](std::uint64_t bytes) { request.limits.cellBytesMax = bytes; },
            "An actor fails whose state takes more bytes after a turn (0: no limit)")
            ->option_text("BYTES");
        addUntil(verb, run_.until);
        CLI::Option* output =
            verb.add_option_function<std::string>(
                    "-o,--output", [&](const std::string& path) { request.file = path; },
                    "Where to record (PROGRAM-SEED.clew)")
                ->option_text("FILE.clew");
        CLI::Option* off = verb.add_flag_callback(
            "--no-record", [this] { run_.record = false; }, "The same as --record off");
        off->excludes(output);
        addParsed(
            verb, "--record", parseRecordLevel,
            [&](std::optional<tracefmt::Level> level) {
                run_.record = level.has_value();
                if (level) request.level = *level;
            },
            "How much: full (default), every event and what it changed; events, without the "
            "changes; inputs, what came from outside and snapshots, from which running the program "
            "again makes the rest; off, nothing")
            ->option_text("LEVEL")
            ->excludes(off);
        CLI::Option* segments = addParsed(
            verb, "--segment-size", parseBytes,
            [&](std::uint64_t bytes) { segmentsOf(request).bytesMin = bytes; },
            "Record into FILE.0001.clew, FILE.0002.clew, ...: the next begins at the first whole "
            "snapshot behind so much, and opens alone (1GiB)");
        segments->option_text("SIZE")->excludes(off);
        addParsed(
            verb, "--keep-segments", parseSegmentCount,
            [&](std::uint32_t count) { segmentsOf(request).kept = count; },
            "Of those files the newest N stay (all)")
            ->option_text("N")
            ->excludes(off);
        addParsed(
            verb, "--black-box", parseBytes,
            [&](std::uint64_t bytes) { run_.blackBoxBytes = bytes; },
            "Keep the end of the run in so much memory, and write it only when the run fails, "
            "leaks, comes to a deadlock or a limit, or is stopped by a signal")
            ->option_text("SIZE")
            ->excludes(off)
            ->excludes(segments);
        addParsed(
            verb, "--threads", parseThreads,
            [&](std::uint32_t threads) { request.threads.count = threads; },
            "Threads that share a round, 1 to 64 (1); they change nothing but the time it takes")
            ->option_text("N");
        addParsed(
            verb, "--faults", parseFaultList,
            [&](kernel::Faults faults) { request.faults = std::move(faults); },
            "What goes wrong on purpose, per million: crash=100,drop=50,delay=10:200ms,"
            "duplicate=5,effect=1000, or once: drop@shop/worker#2:17 (its 17th message), "
            "reply@shop:3 (answers to message 3 of shop)")
            ->option_text("LIST");
        addRepeated(
            verb, "--grant", parseGrant,
            [&](effect::Grant grant) { request.grants.push_back(std::move(grant)); },
            "An effect the program may have, and how far: file.read=/srv/data, "
            "http.request=http://127.0.0.1:8080/, command.run=/usr/bin/sort, clock.read=")
            ->option_text("EFFECT=SCOPE");
        addParsed(
            verb, "--metrics", parseNumber,
            [&](std::uint64_t turns) { request.metricsEvery = turns; },
            "Record counters and histograms as metric events every N turns and at the end (0: not)")
            ->option_text("N");
        addParsed(
            verb, "--watchdog", parsePatience,
            [this](std::chrono::nanoseconds patience) { run_.patience = patience; },
            "Tell on standard error, and in a note of the trace, when one turn takes "
            "longer than this (10; 0: never)")
            ->option_text("SECONDS");
        addParsed(
            verb, "--visible-every", parsePatience,
            [this](std::chrono::nanoseconds every) { run_.visibleEvery = every; },
            "Let those who follow the recording see what happened after so long (0: when a chunk "
            "is full, the same in every run; with --live 0.1)")
            ->option_text("SECONDS");
        verb.add_flag("--self-check", run_.selfCheck,
                      "Run again beside itself what was recorded, and tell at once when the "
                      "program does not repeat what it did");
        verb.add_flag("--live", request.live,
                      "Time is that of the clock on the wall; what came from outside is recorded");
        addParsed(
            verb, "--durability", parseDurability,
            [&request](recorder::Durability durability) { request.durability = durability; },
            "What the trace survives: 'process' (the default) a kill -9, with every event; "
            "'steady' "
            "also a loss of power, but for the last moments; 'machine' a loss of power, with every "
            "effect that was carried out")
            ->option_text("CLASS");
        verb.add_flag_callback(
            "--durable", [&request] { request.durability = recorder::Durability::kMachine; },
            "The same as --durability machine");
        verb.add_flag("--progress", run_.progress,
                      "Show on standard error how far a long run has come");
    }

    void addExplore() {
        CLI::App& verb = addVerb(
            "explore", "Runs a program from many seeds and says how the runs ended", explore_,
            "Example: ariadne explore lost_update --policy pct --pct-depth 2 --seeds 1..500\n"
            "0: no run failed. 1: some did; the last line records the first of them. Nothing is "
            "recorded here.\n"
            "A program that never ends needs --until. Ctrl-C ends it with what was seen so far.\n");
        recorder::RunRequest& request = explore_.request;
        request.policy = kernel::Policy::kRandom;
        addProgram(verb, request);
        addParsed(
            verb, "--seeds", parseSeeds, [this](SeedRange seeds) { explore_.seeds = seeds; },
            "The seeds to run (1..100)")
            ->option_text("A..B");
        addPolicy(verb, request, explore_.pctGiven,
                  "random (default): one message at a time, any order; pct: by priorities that "
                  "change a few times; rounds: lock-step");
        addUntil(verb, explore_.until);
        verb.add_flag("--progress", explore_.progress,
                      "Show on standard error how far it has come");
    }

    void addCheckDeterminism() {
        CLI::App& verb = addVerb(
            "check-determinism",
            "Runs a program in many ways that must not matter and compares the traces", check_,
            "Example: ariadne check-determinism lost_update --seed 7 --with "
            "clang-build/bin/ariadne\n"
            "Compares every byte of the traces of: the run once more, on a shifting and a poisoned "
            "heap, on 1, 2, 3\n"
            "and 8 threads, in a new process, and by each command given with --with.\n"
            "0: all equal. 1: one differs; says which, the first event, the actor and the field. "
            "2: "
            "a run could not\n"
            "be made. A program that never ends needs --until. Ctrl-C ends it with 2.\n");
        recorder::RunRequest& request = check_.request;
        addProgram(verb, request);
        addParsed(
            verb, "--seed", parseNumber, [&](std::uint64_t seed) { request.seed = seed; },
            "What all chance of the run comes from (1)")
            ->option_text("N");
        addPolicy(verb, request, check_.pctGiven,
                  "rounds (default): all actors in lock-step, on threads; random, pct: one message "
                  "at a time");
        addUntil(verb, check_.until);
        verb.add_option("--with", check_.with,
                        "The command ariadne of another build, which runs its own programs; may be "
                        "given again")
            ->option_text("ARIADNE ...")
            ->allow_extra_args(false);
        verb.add_flag("--quick", check_.quick, "A few of the ways only");
        verb.add_option_function<std::string>(
                "--keep", [this](const std::string& folder) { check_.keep = folder; },
                "An existing folder that gets reference.clew and other.clew, for \"ariadne diff\"")
            ->option_text("DIR");
        verb.add_flag("--progress", check_.progress, "Show on standard error which way it is at");
    }

    static recorder::SegmentOptions& segmentsOf(recorder::RunRequest& request) {
        if (!request.segments) request.segments.emplace();
        return *request.segments;
    }

    static void addProgram(CLI::App& verb, recorder::RunRequest& request) {
        verb.add_option("PROGRAM", request.program, "One of \"ariadne programs\"")->required();
        addRepeated(
            verb, "--arg", parseArgument,
            [&request](auto argument) { request.args.push_back(std::move(argument)); },
            "An argument of the program; may be given again")
            ->option_text("NAME=VALUE");
    }

    static void addPolicy(CLI::App& verb, recorder::RunRequest& request, bool& pctGiven,
                          const std::string& help) {
        addParsed(
            verb, "--policy", parsePolicy,
            [&request](kernel::Policy policy) { request.policy = policy; }, help)
            ->option_text("POLICY");
        addParsed(
            verb, "--pct-depth", parseDepth,
            [&request, &pctGiven](std::uint32_t depth) {
                request.pctDepth = depth;
                pctGiven = true;
            },
            "For policy pct: how many orderings the bug needs, 1 to 64 (3)")
            ->option_text("N");
        addParsed(
            verb, "--pct-steps", parseSteps,
            [&request, &pctGiven](std::uint64_t steps) {
                request.pctSteps = steps;
                pctGiven = true;
            },
            "For policy pct: about how many choices a run has (1000)")
            ->option_text("N");
    }

    static void addUntil(CLI::App& verb, Until& until) {
        addParsed(
            verb, "--until", parseUntil, [&until](Until parsed) { until = parsed; },
            "Stop at a virtual time (20ms, 1.5s) or after rounds (1000rounds)")
            ->option_text("TIME|ROUNDS");
    }

    void addInfo() {
        CLI::App& verb = addVerb(
            "info", "Shows what a trace is: program, seed, outcome, counts, digests, damage", info_,
            "Example: ariadne info bad.clew --contents\n"
            "--contents reads all of the file; what looks like a secret is guessed by its "
            "shape.\n" +
                std::string{kViewingNote});
        addFile(verb, info_.file);
        verb.add_flag("--contents", info_.contents,
                      "Also what the file would tell whoever gets it: types with their fields, "
                      "messages, text that looks like a secret");
    }

    void addDump() {
        CLI::App& verb = addVerb(
            "dump", "Prints events, one per line", dump_,
            "Example: ariadne dump bad.clew --from 100 --to 200 --actor 'bank/*' --kind deliver\n"
            "Columns: position, virtual time, round, kind, actor and peer, message | change of the "
            "state.\n"
            "--json prints one object per line. --actor takes * and ? and looks at both ends.\n"
            "--where takes a condition: \"state.balance < 0 and not was.balance < 0\"; fields are "
            "kind,\n"
            "actor, peer, type, reason, text, position, time, round, failure, leak, message.X, "
            "state.X, was.X,\n"
            "changed.X; compare with = != < <= > >= and ~ (contains); join with and, or, not.\n"
            "--follow stays with a trace that is being recorded and prints what comes, until the "
            "recording\n"
            "ends or Ctrl-C: ariadne dump live.clew --follow --kind fail\n" +
                std::string{kViewingNote});
        addFile(verb, dump_.file);
        addParsed(
            verb, "--from", parsePosition, [&](Position p) { dump_.from = p; }, "First position")
            ->option_text("P");
        addParsed(
            verb, "--to", parsePosition, [&](Position p) { dump_.to = p; }, "Last position")
            ->option_text("P");
        addActor(verb, dump_.actorGlob);
        addRepeated(
            verb, "--kind", parseKind, [&](EventKind kind) { dump_.kinds.push_back(kind); },
            "Only events of this kind; may be given again")
            ->option_text("KIND");
        addParsed(
            verb, "--where", condition::Condition::parse,
            [&](condition::Condition where) { dump_.where = std::move(where); },
            "Only events that this condition holds for")
            ->option_text("CONDITION");
        addParsed(
            verb, "--limit", parseNumber, [&](std::uint64_t n) { dump_.limit = n; },
            "Stop after so many lines")
            ->option_text("N");
        verb.add_flag("-f,--follow", dump_.follow,
                      "Of a trace that is being recorded, also print what comes");
    }

    void addState() {
        CLI::App& verb =
            addVerb("state", "Shows the actors' states right after an event", state_,
                    "Example: ariadne state bad.clew --at 120 --actor 'bank/*' --mailboxes\n"
                    "Without --actor: all that are alive; with it, ended ones as well, as they "
                    "were at their end.\n" +
                        std::string{kViewingNote});
        addFile(verb, state_.file);
        addParsed(
            verb, "--at", parsePositionOrLast, [&](std::optional<Position> p) { state_.at = p; },
            "A position, or last (default)")
            ->option_text("P|last");
        addActor(verb, state_.actorGlob);
        verb.add_flag("--mailboxes", state_.mailboxes, "Also show the messages that wait");
    }

    void addQuery() {
        CLI::App& verb = addVerb(
            "query", "Answers SQL over a trace", query_,
            "Example: ariadne query bad.clew \"SELECT position, actor, text FROM failure\"\n"
            "Without SQL: lists the tables and their columns. The trace is only ever read.\n"
            "--json prints one object per line, --csv a header and records. Ctrl-C ends it with "
            "2, as do\n"
            "--timeout and --rows when there was more to come.\n" +
                std::string{kViewingNote});
        addFile(verb, query_.file);
        verb.add_option("SQL", query_.sql, "One SELECT; - reads it from standard input")
            ->option_text("[SQL|-]");
        verb.get_option("--json")->excludes(
            verb.add_flag("--csv", query_.csv, "Print CSV (RFC 4180)"));
        addParsed(
            verb, "--rows", parseNumber, [&](std::uint64_t n) { query_.rows = n; },
            "Stop after so many rows (1000000)")
            ->option_text("N");
        addParsed(
            verb, "--timeout", parsePatience,
            [&](std::chrono::nanoseconds timeout) { query_.timeout = timeout; },
            "Stop after so many seconds (60; 0: never)")
            ->option_text("SECONDS");
    }

    void addExport() {
        CLI::App& verb =
            addVerb("export", "Writes a trace in a format that other tools read", export_,
                    "Example: ariadne export bad.clew --format chrome -o bad.json\n"
                    "chrome: trace event JSON, for ui.perfetto.dev and chrome://tracing. otlp: "
                    "OpenTelemetry JSON,\n"
                    "a span per turn. An existing file is not replaced.\n" +
                        std::string{kViewingNote});
        addFile(verb, export_.file);
        using Format = ExportCommand::Format;
        using Axis = ExportCommand::Axis;
        addParsed(
            verb, "--format", parseExportFormat, [&](Format f) { export_.format = f; },
            "chrome or otlp")
            ->required()
            ->option_text("FORMAT");
        addParsed(
            verb, "--time", parseExportAxis, [&](Axis axis) { export_.axis = axis; },
            "What the time axis shows: virtual time (otlp), or position, a microsecond per event "
            "(chrome)")
            ->option_text("virtual|position");
        verb.add_option_function<std::string>(
                "-o,--output", [&](const std::string& path) { export_.output = path; },
                "A file that is not there yet (standard output)")
            ->option_text("FILE");
    }

    void addVerify() {
        CLI::App& verb = addVerb(
            "verify", "Checks every byte of a trace: checksums, digests, snapshots", verify_,
            "Example: ariadne verify bad.clew\n"
            "0: whole, or still being recorded and whole so far. 2: cut, damaged or with gaps; "
            "says where.\n");
        addFile(verb, verify_.file);
    }

    void addReplay() {
        CLI::App& verb = addVerb(
            "replay", "Runs a trace's program again and compares every event and digest", replay_,
            "Example: ariadne replay bad.clew --from all\n"
            "0: identical. 1: the runs part, and where. 2: the program is missing or of another "
            "version, or\n"
            "the trace is damaged. A trace that was cut short is compared up to the cut.\n");
        addFile(verb, replay_.file);
        verb.add_option_function<std::string>(
                "--from",
                [this](const std::string& text) {
                    replay_.fromAll = text == "all";
                    if (!replay_.fromAll) replay_.fromSnapshot = taken("--from", parseNumber(text));
                },
                "A snapshot's number as \"ariadne info\" lists it, or all: the beginning and each "
                "in turn")
            ->option_text("SNAPSHOT|all");
        addParsed(
            verb, "--to", parsePosition, [&](Position p) { replay_.to = p; },
            "Last position to compare")
            ->option_text("P");
    }

    void addMaterialise() {
        CLI::App& verb = addVerb(
            "materialise", "Runs a trace's program again to get the events the trace leaves out",
            materialise_,
            "Example: ariadne materialise small.clew -o full.clew\n"
            "For traces of \"run --record inputs\" and \"--record events\". What comes out is, to "
            "the "
            "last byte,\nwhat \"--record full\" would have written.\n"
            "0: done, and every digest of the trace agrees. 1: the program runs differently, and "
            "from where on.\n");
        addFile(verb, materialise_.file);
        verb.add_option("-o,--output", materialise_.output, "Where to write")
            ->required()
            ->option_text("OUT.clew");
        addParsed(
            verb, "--level", parseLevelOfEvents,
            [this](tracefmt::Level level) { materialise_.level = level; },
            "full (default) or events")
            ->option_text("LEVEL");
        addParsed(
            verb, "--from", parseNumber,
            [this](std::uint64_t snapshot) { materialise_.fromSnapshot = snapshot; },
            "Begin at a snapshot, by its number as \"ariadne info\" lists it")
            ->option_text("SNAPSHOT");
        addParsed(
            verb, "--to", parsePosition, [this](Position p) { materialise_.to = p; },
            "Stop behind the round of this position")
            ->option_text("P");
        verb.add_flag("--progress", materialise_.progress,
                      "Show on standard error how far a long run has come");
    }

    void addDiff() {
        CLI::App& verb = addVerb(
            "diff", "Finds where two traces part, and counts what differs behind that", diff_,
            "Example: ariadne diff good.clew bad.clew\n"
            "0: equal. 1: different. Traces that were cut short are compared up to the cut.\n");
        verb.add_option("A", diff_.a, "A trace")->required()->option_text("FILE.clew");
        verb.add_option("B", diff_.b, "Another")->required()->option_text("FILE.clew");
    }

    void addCut() {
        CLI::App& verb = addVerb(
            "cut", "Writes a part of a trace as a trace of its own", cut_,
            "Example: ariadne cut bad.clew 4000..4200 -o small.clew\n"
            "Begins at the last snapshot before the part, so it may hold more in front; states, "
            "replay and digests\n"
            "are those of the whole trace. 2 also when the part is not there or has gaps.\n");
        addFile(verb, cut_.file);
        verb.add_option_function<std::string>(
                "PART",
                [this](const std::string& text) {
                    std::tie(cut_.first, cut_.last) = taken("PART", parsePart(text));
                },
                "The first and the last event, or last")
            ->required()
            ->option_text("A..B");
        addOutput(verb, cut_.output);
    }

    void addRecover() {
        CLI::App& verb = addVerb(
            "recover", "Writes what can be read of a cut or damaged trace as a whole one", recover_,
            "Example: ariadne recover crashed.clew -o saved.clew\n"
            "The old file stays as it is. The new one is read again and verified.\n"
            "Here: 0 nothing of the file is lost; 1 failed, there is no new file; 3 done, "
            "something is lost.\n");
        addFile(verb, recover_.file);
        addOutput(verb, recover_.output);
        addParsed(
            verb, "--mode", parseRecoverMode,
            [this](tracefmt::RecoverMode mode) { recover_.mode = mode; },
            "prefix (default): everything before the first damage; salvage: also what is whole "
            "behind it, with gaps, to look at; strict: only a trace that is whole")
            ->option_text("MODE");
    }

    void addRedact() {
        CLI::App& verb = addVerb(
            "redact", "Writes a trace as it may be given away: stand-ins in place of secrets",
            redact_,
            "Example: ariadne redact bad.clew -o public.clew --field 'Login.password'\n"
            "Replaces the values of fields that the program marks with ARIADNE_SECRET and of those "
            "named here.\n"
            "Equal values get equal stand-ins, of no use to find the value by. The new trace is\n"
            "searched for what was taken out; it can be looked at, not replayed.\n"
            "Here: 1 something is still found, and where; there is no new file.\n");
        addFile(verb, redact_.file);
        addOutput(verb, redact_.output);
        addRepeated(
            verb, "--field", parseField,
            [this](std::string field) { redact_.fields.push_back(std::move(field)); },
            "Also this field, with or without its namespace: 'Login.password', 'net::*.body', "
            "log.text; may be given again")
            ->option_text("TYPE.FIELD");
    }

    void addStudio() {
        CLI::App& verb = addVerb("studio", "Opens the studio, with a trace or a program", studio_,
                                 "Example: ariadne studio bad.clew\n");
        verb.add_option("TARGET", studio_.target,
                        "A trace, a moment of one (FILE@POSITION), or a program")
            ->option_text("[FILE|PROGRAM]");
    }

    static void addFile(CLI::App& verb, std::filesystem::path& file) {
        verb.add_option("FILE", file, "A trace")->required()->option_text("FILE.clew");
    }

    static void addOutput(CLI::App& verb, std::filesystem::path& file) {
        verb.add_option("-o,--output", file, "The new trace; an existing trace is replaced")
            ->required()
            ->option_text("FILE.clew");
    }

    static void addActor(CLI::App& verb, std::string& glob) {
        verb.add_option("--actor", glob, "Only actors whose path matches, such as 'bank/*'")
            ->option_text("GLOB");
    }

    /// CLI11 has codes of its own; here help is 0 and everything else 2.
    int answer(const CLI::ParseError& error) {
        const bool helped = error.get_exit_code() == 0;
        if (helped) {
            // Texts of ours, so not made plain.
            const int code = app_.exit(error);
            return std::cout.flush() ? code : static_cast<int>(ExitCode::kBadInput);
        }
        const std::vector<CLI::App*> verbs = app_.get_subcommands();
        const std::string verb = verbs.empty() ? "" : verbs.front()->get_name();
        Console console{verb};
        const std::vector<std::string> strange = app_.remaining();
        const bool unknownVerb =
            verbs.empty() && !strange.empty() && !strange.front().starts_with('-');
        const ExitCode code = console.fail(
            unknownVerb ? "found '" + strange.front() + "', expected a verb" : error.what());
        console.note("see \"ariadne " + verb + (verb.empty() ? "" : " ") + "--help\"");
        return static_cast<int>(code);
    }

    CLI::App app_{"Ariadne: a time-travel debugger for deterministic actor programs", "ariadne"};
    ProgramFolders folders_;
    ProgramsCommand programs_;
    HostCommand host_;
    RunCommand run_;
    ExploreCommand explore_;
    InfoCommand info_;
    DumpCommand dump_;
    StateCommand state_;
    QueryCommand query_;
    ExportCommand export_;
    VerifyCommand verify_;
    CheckDeterminismCommand check_;
    ReplayCommand replay_;
    MaterialiseCommand materialise_;
    DiffCommand diff_;
    CutCommand cut_;
    RecoverCommand recover_;
    RedactCommand redact_;
    StudioCommand studio_;
    std::string verb_;
    std::function<ExitCode(Console&)> command_;
};

}  // namespace
}  // namespace ariadne::cli

int main(int argc, char** argv) {
    // A closed pipe and a file size limit come back as errors, so that a recording is still sealed.
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
    return ariadne::cli::CommandLine{}.execute(argc, argv);
}
