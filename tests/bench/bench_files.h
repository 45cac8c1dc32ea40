// Traces that several benchmarks read, recorded once per process into a folder of their own.
#pragma once

#include "recorder/program_run.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace ariadne::bench {

struct RecordedFile {
    std::filesystem::path path;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
};

/// Records `program` once; later calls with the same `name` give the same file. Ends the process
/// with a message when it cannot.
const RecordedFile& recordedFile(const std::string& name, const recorder::RunRequest& request);

/// The crawler over enough pages for two million events.
const RecordedFile& bigCrawl();

/// Where the files are; removed at the end of the process.
std::filesystem::path scratchFolder();

}  // namespace ariadne::bench
