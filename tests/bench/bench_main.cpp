#include "tests/bench/bench_files.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

namespace ariadne::bench {

std::filesystem::path scratchFolder() {
    /// Removes the folder when the program ends.
    struct Folder {
        std::filesystem::path path =
            std::filesystem::temp_directory_path() / ("ariadne-bench-" + std::to_string(getpid()));
        Folder() { std::filesystem::create_directories(path); }
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    };
    static const Folder folder;
    return folder.path;
}

const RecordedFile& recordedFile(const std::string& name, const recorder::RunRequest& request) {
    static std::map<std::string, RecordedFile> files;
    if (const auto at = files.find(name); at != files.end()) return at->second;
    recorder::RunRequest recorded = request;
    recorded.file = scratchFolder() / (name + ".clew");
    auto run = recorder::ProgramRun::start(recorded);
    const auto must = [](const absl::Status& status) {
        if (status.ok()) return;
        std::fprintf(stderr, "bench: %s\n", status.ToString().c_str());
        std::exit(2);
    };
    must(run.status());
    (*run)->runUntil({std::numeric_limits<std::int64_t>::max()}, ~0ull);
    must((*run)->finish("").status());
    return files[name] = {*recorded.file, (*run)->recorded()->events,
                          (*run)->recorded()->fileBytes};
}

const RecordedFile& bigCrawl() {
    return recordedFile(
        "big_crawl", {"crawler", {{"pages", "100000"}}, 1, kernel::Policy::kRounds, std::nullopt});
}

}  // namespace ariadne::bench

/// The machine is shared, so one number is none: medians of repetitions, with their spread, unless
/// the command line says otherwise.
int main(int argc, char** argv) {
    std::vector<char*> words{argv, argv + 1};
    std::string repetitions = "--benchmark_repetitions=5";
    std::string aggregates = "--benchmark_report_aggregates_only=true";
    for (std::string* word : {&repetitions, &aggregates}) words.push_back(word->data());
    words.insert(words.end(), argv + 1, argv + argc);
    int count = static_cast<int>(words.size());
    words.push_back(nullptr);
    benchmark::Initialize(&count, words.data());
    if (benchmark::ReportUnrecognizedArguments(count, words.data())) return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
