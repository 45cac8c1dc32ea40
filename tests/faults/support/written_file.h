// Writes a script into a file on disk and keeps what the program was told of it.
#pragma once

#include "tests/faults/support/scripts.h"

#include <filesystem>

namespace ariadne::faults {

struct Told {
    absl::Status created;
    absl::Status written;
    absl::Status finished;
    std::uint64_t bytesBefore = 0;  ///< in the file when finish() was called
};

inline Told writeTo(const std::filesystem::path& path, const Script& script) {
    Told told;
    auto file = tracefmt::createForWriting(path);
    if (!file.ok()) {
        told.created = file.status();
        return told;
    }
    const auto writer = tracefmt::TraceWriter::create(*std::move(file), scriptMeta());
    if (!writer.ok()) {
        told.created = writer.status();
        return told;
    }
    Pen pen{**writer};
    script.write(pen);
    told.written = pen.status();
    told.bytesBefore = (*writer)->bytesWritten();
    told.finished = pen.finish();
    return told;
}

}  // namespace ariadne::faults
