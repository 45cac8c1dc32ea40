#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"

namespace ariadne::cli {
namespace {

/// Nothing was tried, because of what was asked for.
bool isBadInput(const absl::Status& status) {
    switch (status.code()) {
        case absl::StatusCode::kInvalidArgument:
        case absl::StatusCode::kNotFound:
        case absl::StatusCode::kPermissionDenied:
        case absl::StatusCode::kAlreadyExists: return true;
        default: return false;
    }
}

}  // namespace

ExitCode RecoverCommand::execute(Console& console) const {
    const absl::StatusOr<tracefmt::Recovered> made = tracefmt::recoverFile(file, output, mode);
    if (!made.ok()) {
        console.fail(file.native(), made.status());
        return isBadInput(made.status()) ? ExitCode::kBadInput : ExitCode::kDifferent;
    }
    Report report;
    report.text("file", output.native());
    report.text("loss", made->lostBytes == 0 ? "none" : "some");
    report.count("lost_bytes", made->lostBytes);
    if (!made->damage.empty()) report.text("damage", made->damage);
    report.count("events", made->rows);
    report.number("ends_at", made->last.value);
    report.count("holes", made->holes);
    console.lines(report.in(json));
    if (made->copied) console.note(joined(file.native(), ": it is whole; copied as it is"));
    return made->lostBytes == 0 ? ExitCode::kFine : ExitCode::kLossy;
}

}  // namespace ariadne::cli
