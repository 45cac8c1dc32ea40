// Runs again what a run has recorded so far, beside it, and tells when the two differ.
#pragma once

#include "recorder/replay.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

namespace ariadne::recorder {

struct SelfCheckResult {
    std::uint64_t segments = 0;  ///< from one snapshot to the next; those that were run again
    std::uint64_t eventsCompared = 0;
    std::uint64_t digestsCompared = 0;
    std::optional<Divergence> divergence;  ///< the first one; nothing behind it was looked at
    /// Not OK: not all of the run was compared, and why.
    absl::Status complete;
};

/// A thread that follows a file while it is recorded. A segment, from one snapshot to the next, is
/// executed again as soon as it is in the file and held against it, event by event, as replay()
/// does. What differs is the fault of the program: it keeps state outside its actors, or looks at
/// something that is no input. Reads the file and nothing else, so the run's bytes are what they
/// are without; it costs a second core for about as long as the run takes.
///
/// The program's code runs on two threads here. Programs that share nothing between runs do not
/// mind; those that change statics are what this looks for, and what they do then is undefined.
///
/// Threading: thread-confined, but for its own thread.
class SelfCheck {
public:
    /// Called on the check's thread as soon as something differs.
    using Tell = std::function<void(const Divergence&)>;

    /// `file` is being recorded in this process. Errors of TraceReader::open() and of programOf();
    /// kFailedPrecondition: its level holds no events.
    static absl::StatusOr<std::unique_ptr<SelfCheck>> start(const std::filesystem::path& file,
                                                            Tell tell);
    /// Ends without an answer.
    ~SelfCheck();
    SelfCheck(const SelfCheck&) = delete;
    SelfCheck& operator=(const SelfCheck&) = delete;

    /// Checks what is left, and waits for that. Call once, when the recording is finished.
    SelfCheckResult finish();

private:
    SelfCheck(std::filesystem::path file, std::unique_ptr<tracefmt::TraceReader> reader, Tell tell);

    void loop();
    absl::Status checkNew();
    absl::Status checkRest();
    bool hasBegunBehind(Position snapshot);
    absl::Status check(std::optional<std::size_t> fromSnapshot, Position to);

    std::filesystem::path file_;
    std::unique_ptr<tracefmt::TraceReader> reader_;
    History history_;
    Tell tell_;
    std::size_t next_ = 0;  ///< snapshot that the next segment leads to
    SelfCheckResult result_;
    std::atomic<bool> ended_{false};
    CancelFlag cancelled_{false};
    std::jthread thread_;  ///< last: started when the rest is there
};

}  // namespace ariadne::recorder
