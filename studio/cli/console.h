// Where a command's answer goes: results to standard output, all about the work to standard error.
#pragma once

#include "studio/cli/exit_code.h"

#include <absl/status/status.h>

#include <mutex>
#include <string>
#include <string_view>

namespace ariadne::cli {

/// Lines out, every one made plain on its way: whatever stood in a file cannot steer the terminal.
/// Thread-safe: the watchdog speaks while the command waits. Expects SIGPIPE to be ignored.
class Console {
public:
    /// `verb` stands in front of messages: "ariadne dump: ...".
    explicit Console(std::string_view verb, int outFd = 1, int errFd = 2);
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;
    ~Console();

    /// One line of the answer; a line feed inside is escaped.
    void line(std::string_view text);
    /// `text` line by line; a line feed at its end adds no empty line.
    void lines(std::string_view text);
    /// Bytes for a program: as they are, unless a terminal shows them.
    void record(std::string_view bytes);
    /// Writes out what waits, for a reader who looks on.
    void flush();
    /// False when nobody takes the output any more (a closed pipe, a full disk): stop producing it.
    bool wanted() const {
        const std::lock_guard lock{mutex_};
        return error_ == 0;
    }

    /// A line on standard error, at once and behind everything said so far.
    void note(std::string_view message);
    void warn(std::string_view message);
    ExitCode fail(std::string_view message);
    /// "ariadne VERB: SUBJECT: what the status says". `subject` may be empty.
    ExitCode fail(std::string_view subject, const absl::Status& status);
    /// Shows progress on standard error; on a terminal in place of the one shown before, and empty
    /// takes it away.
    void progress(std::string_view text);

    /// Writes out what waits. `code`, unless the output could not be written: kBadInput. A reader
    /// that has gone (ariadne dump x | head) is no failure.
    ExitCode finish(ExitCode code);

private:
    // With mutex_ held
    void addLine(std::string_view text);
    void say(std::string_view message);
    void show(std::string_view progress);
    void writeWaiting();
    void writeError(std::string_view text);

    const std::string verb_;
    const int outFd_;
    const int errFd_;
    mutable std::mutex mutex_;
    int error_ = 0;
    bool progressShown_ = false;
    std::string waiting_;
};

}  // namespace ariadne::cli
