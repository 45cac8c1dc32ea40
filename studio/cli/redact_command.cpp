#include "recorder/redact/redact.h"
#include "studio/cli/commands.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"
#include "studio/cli/trace_input.h"

#include <sys/random.h>

namespace ariadne::cli {
namespace {

/// nullopt: the system has none.
std::optional<redact::RedactionKey> randomKey() {
    redact::RedactionKey key;
    const auto size = static_cast<ssize_t>(sizeof key.words);
    if (::getrandom(key.words.data(), sizeof key.words, 0) != size) return std::nullopt;
    return key;
}

void addFields(Report& report, const redact::Redacted& made) {
    std::vector<std::string> shown;
    Json fields = Json::object();
    for (const auto& [field, count] : made.fields) {
        shown.push_back(padded(grouped(count), 12) + field);
        fields[field] = count;
    }
    report.list("replaced", std::move(shown), std::move(fields));
}

}  // namespace

ExitCode RedactCommand::execute(Console& console) const {
    const std::unique_ptr<tracefmt::TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    const std::optional<redact::RedactionKey> key = randomKey();
    if (!key) return console.fail("the system gives no random numbers, so nothing can be hidden");
    const absl::StatusOr<redact::Redacted> made =
        redact::redactInto(*trace, file, output, {fields, *key});
    if (!made.ok()) return console.fail(file.native(), made.status());
    if (const auto& left = made->leftover) {
        std::string text =
            joined("still found: a value of ", left->of, " stands ", nameOf(left->spelling), " in ",
                   left->where, "; nothing was written");
        if (!left->field.empty()) text += joined(". Add --field '", left->field, "' to replace it");
        console.fail(joined(file.native(), ": ", text));
        return ExitCode::kDifferent;
    }
    Report report;
    report.text("file", output.native());
    addFields(report, *made);
    report.count("looked_for", made->lookedFor);
    report.count("not_looked_for", made->indistinct + made->beyondLimits);
    report.count("events", made->events);
    report.count("file_bytes", made->bytes);
    console.lines(report.in(json));
    if (made->beyondLimits != 0)
        console.warn(joined(grouped(made->beyondLimits),
                            " texts are beyond the limits of what can be looked for; they were "
                            "replaced where they stood in a secret field"));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
