// A trace of a hundred million events, or as many as were asked for, written by the writer that
// recorders use, without a program.
#pragma once

#include <cstdint>
#include <filesystem>

namespace ariadne::bench {

struct BigTrace {
    std::filesystem::path path;
    std::uint64_t events = 0;
    std::uint64_t bytes = 0;
    double writeNsPerEvent = 0;
};

/// What the benchmarks read: ARIADNE_BENCH_EVENTS events, ten million unless it says otherwise.
/// Written when first asked for, once per process, and removed at its end.
const BigTrace& bigTrace();

/// 10,000 actors with about one message under way for each: send and deliver in turn, each with
/// its cause; two of five messages are answers, and one of a million turns fails. From event
/// `otherFrom` on the messages say something else, when that is not 0. Ends the process with a
/// message when it cannot.
BigTrace writeTrace(const std::filesystem::path& path, std::uint64_t events,
                    std::uint64_t otherFrom = 0);

/// The same file without its end, as a writer that was killed leaves it.
std::filesystem::path cutOff(const BigTrace& trace);

/// What a number in the environment says.
std::uint64_t numberFrom(const char* variable, std::uint64_t otherwise);

}  // namespace ariadne::bench
