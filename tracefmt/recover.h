// Makes a whole trace of what can be read of a cut or damaged one.
#pragma once

#include "tracefmt/file_io.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ariadne::tracefmt {

enum class RecoverMode : std::uint8_t {
    kStrict,   ///< only a trace that is whole
    kPrefix,   ///< everything before the first thing that does not hold: a run without holes
    kSalvage,  ///< and what holds behind it, with gaps for what does not; to look at
};

struct Recovered {
    /// Of bytes that say something: zeros behind the end of a recording that was cut short do not.
    /// 0: all that the file held is in the new one.
    std::uint64_t lostBytes = 0;
    std::string damage;      ///< the first thing that did not hold; empty: it was whole
    std::uint64_t rows = 0;  ///< that are in the new file
    Position last;           ///< of those
    std::size_t holes = 0;   ///< gaps of the new file that say that something is damaged
    bool copied = false;     ///< it was whole: the new file has the same bytes
};

/// How a trace is to be opened for recover().
Reading readingFor(RecoverMode mode);

/// The new file: made when there is something to write, opened again to be checked.
struct RecoverOutput {
    std::function<absl::StatusOr<std::unique_ptr<WriteFile>>()> create;
    std::function<absl::StatusOr<std::unique_ptr<ReadFile>>()> open;
};

/// Writes what `from`, opened as readingFor() says, has, then reads and verifies what was written.
/// A whole one is copied byte by byte, `bytes` being its file; so a trace that was recovered stays
/// as it is. Depends on its input alone.
///
/// kFailedPrecondition: it is still being written, or kStrict and not whole;
/// kDataLoss: what was written is not what was read. Others as reader and writer.
absl::StatusOr<Recovered> recover(TraceReader& from, const ReadFile& bytes, RecoverMode mode,
                                  const RecoverOutput& output);

/// The same by name. kInvalidArgument, too: both are one file. After an error `to` does not exist,
/// unless it could not be replaced. Of a name that a black box kept for a run that was killed, what
/// the box had; kNotFound: nothing yet.
absl::StatusOr<Recovered> recoverFile(const std::filesystem::path& from,
                                      const std::filesystem::path& to, RecoverMode mode);

/// Whether the file is empty because its run, which had a black box, has not ended: it was killed,
/// or goes on.
bool isLeftByBlackBox(const std::filesystem::path& file);

}  // namespace ariadne::tracefmt
