#include "engine/base/status_macros.h"
#include "recorder/export/export.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/run_to_end.h"
#include "studio/cli/trace_input.h"
#include "tracefmt/file_header.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace ariadne::cli {
namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

std::string errorText() {
    return std::generic_category().message(errno);
}

/// A file that was not there before, and is gone again unless it was finished.
class NewFile {
public:
    explicit NewFile(const std::filesystem::path& path)
        : path_(path), fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
        if (fd_ < 0)
            error_ = errno == EEXIST ? "the file exists; remove it or choose another name"
                                     : "cannot create the file: " + errorText();
    }
    ~NewFile() {
        if (fd_ < 0) return;
        ::close(fd_);
        ::unlink(path_.c_str());
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    /// Why it cannot be written; empty when it can.
    const std::string& error() const { return error_; }

    bool append(std::string_view piece) {
        waiting_.append(piece);
        return waiting_.size() < kBufferBytes || writeWaiting();
    }

    /// It stays. False when not everything could be written.
    bool finish() {
        if (!writeWaiting()) return false;
        if (::close(std::exchange(fd_, -1)) == 0) return true;
        error_ = "cannot write the file: " + errorText();
        ::unlink(path_.c_str());
        return false;
    }

private:
    bool writeWaiting() {
        std::string_view rest = waiting_;
        while (!rest.empty()) {
            const ssize_t n = ::write(fd_, rest.data(), rest.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) {
                error_ = "cannot write the file: " + errorText();
                return false;
            }
            rest.remove_prefix(static_cast<std::size_t>(n));
        }
        waiting_.clear();
        return true;
    }

    std::filesystem::path path_;
    int fd_;
    std::string error_;
    std::string waiting_;
};

/// The trace's own id, which the file's first bytes tell.
absl::StatusOr<tracefmt::FileId> idOf(const std::filesystem::path& file) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<tracefmt::ReadFile> opened,
                             tracefmt::openForReading(file));
    Bytes start(64);
    ARIADNE_RETURN_IF_ERROR(opened->readAt(0, start));
    ARIADNE_ASSIGN_OR_RETURN(const tracefmt::FileHeader header, tracefmt::decodeFileHeader(start));
    return header.id;
}

/// What there is nothing of in the format, or the trace, is left out.
std::string wordsOf(const exports::Exported& done) {
    std::string out = counted(done.turns, "turn");
    const auto add = [&out](std::uint64_t count, std::string_view one, std::string_view how = {}) {
        if (count != 0) out += joined(", ", counted(count, one), how);
    };
    add(done.messagesSent, "message", " sent");
    add(done.messagesTaken, "message", " taken");
    add(done.instants, "instant");
    add(done.spansBegun, "span");
    return out;
}

}  // namespace

ExitCode ExportCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    const absl::StatusOr<tracefmt::FileId> id = idOf(file);
    if (!id.ok()) return console.fail(file.native(), id.status());
    std::optional<NewFile> target;
    if (!output.empty()) {
        target.emplace(output);
        if (!target->error().empty())
            return console.fail(joined(output.native(), ": ", target->error()));
    }
    exports::ExportOptions options;
    if (axis == Axis::kPosition || (axis == Axis::kOfFormat && format == Format::kChrome))
        options.axis = exports::TimeAxis::kPosition;
    if (*id != tracefmt::FileId{}) {
        options.idLow = id->low;
        options.idHigh = id->high;
    }
    const StopOnSignal stop;
    const exports::Sink sink = [&](std::string_view piece) {
        if (stop.requested()) return false;
        if (target) return target->append(piece);
        console.record(piece);
        return console.wanted();
    };
    recorder::History history{*trace};
    const absl::StatusOr<exports::Exported> done = format == Format::kChrome
                                                       ? exports::toChrome(history, options, sink)
                                                       : exports::toOtlp(history, options, sink);
    if (stop.requested()) return console.fail("stopped by a signal; nothing was exported");
    if (target && (!target->error().empty() || (done.ok() && !target->finish())))
        return console.fail(joined(output.native(), ": ", target->error()));
    // Whoever takes standard output may go when he has enough.
    if (absl::IsCancelled(done.status())) return exitOf(*trace);
    if (!done.ok()) return console.fail(file.native(), done.status());
    if (target) console.note(joined(output.native(), ": ", wordsOf(*done)));
    if (!done->complete.ok()) return console.fail(file.native(), done->complete);
    return exitOf(*trace);
}

}  // namespace ariadne::cli
