#include "studio/cli/console.h"

#include "studio/cli/plain_text.h"

#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace ariadne::cli {
namespace {

constexpr std::size_t kFlushAtBytes = 64 * 1024;

/// 0, or why not everything could be written.
int writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

}  // namespace

Console::Console(std::string_view verb, int outFd, int errFd)
    : verb_(verb), outFd_(outFd), errFd_(errFd) {}

Console::~Console() {
    show({});
    writeWaiting();
}

void Console::line(std::string_view text) {
    const std::lock_guard lock{mutex_};
    addLine(text);
}

void Console::addLine(std::string_view text) {
    waiting_.append(plain(text)).push_back('\n');
    if (waiting_.size() >= kFlushAtBytes) writeWaiting();
}

void Console::lines(std::string_view text) {
    const std::lock_guard lock{mutex_};
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        addLine(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

void Console::record(std::string_view bytes) {
    if (::isatty(outFd_) == 1) return lines(bytes);
    const std::lock_guard lock{mutex_};
    waiting_.append(bytes);
    if (waiting_.size() >= kFlushAtBytes) writeWaiting();
}

void Console::note(std::string_view message) {
    const std::lock_guard lock{mutex_};
    say(message);
}

void Console::say(std::string_view message) {
    show({});
    writeWaiting();
    writeError("ariadne" + (verb_.empty() ? "" : " " + verb_) + ": " + plain(message) + "\n");
}

void Console::warn(std::string_view message) {
    note("warning: " + std::string{message});
}

ExitCode Console::fail(std::string_view message) {
    note(message);
    return ExitCode::kBadInput;
}

ExitCode Console::fail(std::string_view subject, const absl::Status& status) {
    std::string text{subject};
    if (!text.empty()) text += ": ";
    return fail(text.append(messageOf(status)));
}

void Console::progress(std::string_view text) {
    const std::lock_guard lock{mutex_};
    show(text);
}

void Console::show(std::string_view text) {
    if (text.empty() && !progressShown_) return;
    if (::isatty(errFd_) != 1) return writeError(plain(text) + "\n");
    writeError("\r\x1b[K" + plain(text));
    progressShown_ = !text.empty();
}

ExitCode Console::finish(ExitCode code) {
    const std::lock_guard lock{mutex_};
    show({});
    writeWaiting();
    if (error_ == 0 || error_ == EPIPE) return code;
    say("cannot write the output: " + std::generic_category().message(error_));
    return ExitCode::kBadInput;
}

void Console::flush() {
    const std::lock_guard lock{mutex_};
    writeWaiting();
}

void Console::writeWaiting() {
    if (error_ == 0) error_ = writeAll(outFd_, waiting_);
    waiting_.clear();
}

void Console::writeError(std::string_view text) {
    // There is no third place to tell that the second one is gone.
    (void)writeAll(errFd_, text);
}

}  // namespace ariadne::cli
