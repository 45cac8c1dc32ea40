// A trace run again: in this process, or in one of its own.
#pragma once

#include "recorder/materialise.h"
#include "recorder/replay.h"

#include <absl/status/statusor.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ariadne::host {

/// How that goes on, and how it is called off.
struct AgainWatch {
    /// From where it began to where it is to end, and how far it is. Called now and then, on the
    /// caller's thread; may be null.
    std::function<void(Position from, Position to, Position reached)> progress;
    const recorder::CancelFlag* cancel = nullptr;
};

/// Executes the code of the trace's program. Threading: on a thread without an event loop, which
/// waits for it; one call at a time.
class Again {
public:
    virtual ~Again() = default;
    /// From the nearest snapshot before `position`; see recorder::replay().
    virtual absl::StatusOr<recorder::ReplayResult> replay(const std::filesystem::path& trace,
                                                          Position position,
                                                          const AgainWatch& watch) = 0;
    /// See recorder::materialise(); from the nearest snapshot before the stretch. After an error
    /// there may be something under the name of `file`.
    virtual absl::StatusOr<recorder::MaterialiseResult> materialise(
        const std::filesystem::path& trace, const std::filesystem::path& file,
        recorder::Stretch stretch, const AgainWatch& watch) = 0;
};

/// In this process, which a program that crashes takes with it.
class AgainHere final : public Again {
public:
    absl::StatusOr<recorder::ReplayResult> replay(const std::filesystem::path& trace,
                                                  Position position,
                                                  const AgainWatch& watch) override;
    absl::StatusOr<recorder::MaterialiseResult> materialise(const std::filesystem::path& trace,
                                                            const std::filesystem::path& file,
                                                            recorder::Stretch stretch,
                                                            const AgainWatch& watch) override;
};

/// Each in a process of its own, one of `ariadne host`. kAborted: that died; says of what, and what
/// to do. When it is called off the process is killed. Of what was recorded by materialise() only
/// the number of events comes back.
class AgainElsewhere final : public Again {
public:
    /// `command`: a path and what is behind it.
    explicit AgainElsewhere(std::vector<std::string> command) : command_(std::move(command)) {}
    absl::StatusOr<recorder::ReplayResult> replay(const std::filesystem::path& trace,
                                                  Position position,
                                                  const AgainWatch& watch) override;
    absl::StatusOr<recorder::MaterialiseResult> materialise(const std::filesystem::path& trace,
                                                            const std::filesystem::path& file,
                                                            recorder::Stretch stretch,
                                                            const AgainWatch& watch) override;

private:
    const std::vector<std::string> command_;
};

}  // namespace ariadne::host
