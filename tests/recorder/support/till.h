// A shop with tills: asks, timers, stash, become, failures, drops, journalled collections.
#pragma once

#include "recorder/history.h"
#include "recorder/program_run.h"
#include "tracefmt/trace_reader.h"

#include <QString>
#include <QTemporaryDir>

#include <filesystem>
#include <memory>
#include <string>

namespace ariadne::test {

/// Records program "till" and gives back the file.
std::filesystem::path recordTill(const QTemporaryDir& folder, const std::string& name,
                                 std::uint64_t seed, ArgumentTexts args = {},
                                 kernel::Policy policy = kernel::Policy::kRounds);

/// The same with any registered program, "theatre" for one.
std::filesystem::path recordProgram(const QTemporaryDir& folder, const std::string& name,
                                    const std::string& program, std::uint64_t seed,
                                    ArgumentTexts args = {},
                                    kernel::Policy policy = kernel::Policy::kRounds);

/// An opened trace with its history.
struct OpenedTrace {
    std::unique_ptr<tracefmt::TraceReader> reader;
    std::unique_ptr<recorder::History> history;
};
OpenedTrace openTrace(const std::filesystem::path& file);

Bytes fileBytes(const std::filesystem::path& file);
void writeFile(const std::filesystem::path& file, ByteView bytes);

/// The value of a described test type "TillNondeterminism": while true, program "till" with
/// argument leak=true adds a process-wide counter to its sums.
void setLeakedCounter(std::int64_t value);

}  // namespace ariadne::test
