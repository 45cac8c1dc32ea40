// ariadne-bench-message: one workload, by itself, for a profiler or beside other engines.
#include "tests/bench/workload_run.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

namespace ariadne::bench {
namespace {

constexpr char kUsage[] =
    "usage: ariadne-bench-message PROGRAM [name=value]... [--repeat N] [--record off|events|full]\n"
    "                             [--keep FILE] [--on-disk]\n"
    "Prints one line per repetition; times are per message: of the engine's thread, of the\n"
    "recorder's, and of the wall; handover: how long the engine stood still to pass a block on.\n"
    "--keep: the recording stays, in FILE; --on-disk: it is brought there all the time. "
    "Programs:\n";

struct Request {
    std::string program;
    ArgumentTexts args;
    std::uint32_t repeat = 1;
    std::string record = "off";
    std::string keep;
    KeptOnDisk onDisk = KeptOnDisk::kNo;
};

int usage(const std::string& why) {
    std::fprintf(stderr, "ariadne-bench-message: %s\n%s", why.c_str(), kUsage);
    for (const Program* program : ProgramRegistry::all()) {
        std::fprintf(stderr, "  %s", program->id.c_str());
        for (const ArgumentDesc& argument : program->arguments)
            std::fprintf(stderr, " %s=%s", argument.name.c_str(), argument.defaultText.c_str());
        std::fprintf(stderr, "\n");
    }
    return 2;
}

/// Empty when `words` were understood, else what was wrong with them.
std::string parse(const std::vector<std::string>& words, Request& out) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const std::size_t equals = word.find('=');
        const bool takesValue = word == "--repeat" || word == "--record" || word == "--keep";
        if (takesValue && i + 1 == words.size()) return word + " needs a value";
        if (word == "--repeat") {
            const std::string& text = words[++i];
            const auto [end, error] =
                std::from_chars(text.data(), text.data() + text.size(), out.repeat);
            if (error != std::errc{} || *end != '\0' || out.repeat == 0)
                return "--repeat takes a number from 1, found '" + text + "'";
        } else if (word == "--keep") {
            out.keep = words[++i];
        } else if (word == "--on-disk") {
            out.onDisk = KeptOnDisk::kYes;
        } else if (word == "--record") {
            out.record = words[++i];
            if (!recordLevelOf(out.record))
                return "--record takes off, events or full, found '" + out.record + "'";
        } else if (equals != std::string::npos) {
            out.args.emplace_back(word.substr(0, equals), word.substr(equals + 1));
        } else if (out.program.empty() && !word.starts_with("-")) {
            out.program = word;
        } else {
            return "not understood: '" + word + "'";
        }
    }
    return out.program.empty() ? "no PROGRAM given" : "";
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

int run(const Request& request) {
    const std::filesystem::path file =
        !request.keep.empty() ? std::filesystem::path{request.keep}
                              : std::filesystem::temp_directory_path() /
                                    ("ariadne-bench-message-" + std::to_string(getpid()) + ".clew");
    int status = 0;
    for (std::uint32_t i = 0; i < request.repeat && status == 0; ++i) {
        const auto times = runWorkload(request.program, request.args,
                                       *recordLevelOf(request.record), file, request.onDisk);
        if (!times.ok()) {
            std::fprintf(stderr, "ariadne-bench-message: %s\n",
                         std::string{times.status().message()}.c_str());
            status = 1;
            break;
        }
        const double n = static_cast<double>(times->messages);
        std::printf(
            "workload=%s record=%s messages=%llu cpu_ns=%.2f writer_ns=%.2f wall_ns=%.2f "
            "delivered=%llu "
            "rounds=%llu events=%llu file_bytes=%llu handover_p50_us=%.1f handover_p99_us=%.1f "
            "handover_max_us=%.1f\n",
            request.program.c_str(), request.record.c_str(),
            static_cast<unsigned long long>(times->messages), times->cpuNs / n,
            times->othersCpuNs / n, times->wallNs / n,
            static_cast<unsigned long long>(times->delivered),
            static_cast<unsigned long long>(times->rounds),
            static_cast<unsigned long long>(times->events),
            static_cast<unsigned long long>(times->fileBytes),
            percentile(times->handoverNs, 0.5) / 1e3, percentile(times->handoverNs, 0.99) / 1e3,
            percentile(times->handoverNs, 1) / 1e3);
        std::fflush(stdout);
    }
    std::error_code ignored;
    if (request.keep.empty()) std::filesystem::remove(file, ignored);
    return status;
}

}  // namespace
}  // namespace ariadne::bench

int main(int argc, char** argv) {
    using namespace ariadne::bench;
    Request request;
    const std::string wrong = parse({argv + 1, argv + argc}, request);
    if (!wrong.empty()) return usage(wrong);
    return run(request);
}
