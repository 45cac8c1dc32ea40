// The program of the session's tests, and how they record it.
#pragma once

#include "recorder/program_run.h"
#include "tracefmt/trace_meta.h"

#include <QString>
#include <QTemporaryDir>

#include <cstdint>

namespace ariadne::tests {

/// Tokens go round a ring of riders, each after a random rest; one rider fails at its first token.
/// About five events per hop; the seed decides the times.
inline constexpr const char* kCarousel = "carousel";

inline recorder::RunRequest carouselRequest(const QString& file, std::uint64_t seed,
                                            const std::string& hops = "400") {
    recorder::RunRequest request;
    request.program = kCarousel;
    request.args = {{"hops", hops}};
    request.seed = seed;
    if (!file.isEmpty()) request.file = file.toStdString();
    return request;
}

/// Runs to the end. An error aborts the test with its text.
recorder::RunDigests record(const recorder::RunRequest& request);

/// A recording of the first rounds that was killed in the turn of a rider which never came back:
/// what the watchdog would have noted of it.
tracefmt::HostNote recordStuck(const QString& file);

}  // namespace ariadne::tests
