#include "studio/cli/run_words.h"

#include "engine/value/dynamic.h"
#include "studio/cli/plain_text.h"

#include <string_view>

namespace ariadne::cli {
namespace {

/// As one word for a POSIX shell.
std::string quotedForShell(std::string_view word) {
    constexpr std::string_view kHarmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";
    if (!word.empty() && word.find_first_not_of(kHarmless) == std::string_view::npos)
        return std::string{word};
    std::string out = "'";
    for (const char c : word) c == '\'' ? out += "'\\''" : out += c;
    return out + "'";
}

}  // namespace

std::vector<std::string> runWords(const ProgramFolders& folders,
                                  const recorder::RunRequest& request, const Until& until) {
    std::vector<std::string> words;
    const auto add = [&](std::string_view word) { words.emplace_back(word); };
    for (const std::filesystem::path& folder : folders) {
        add("--programs");
        add(folder.native());
    }
    add("run");
    add(request.program);
    add("--seed");
    add(std::to_string(request.seed));
    add("--policy");
    add(nameOf(request.policy));
    if (request.policy == kernel::Policy::kPct) {
        add("--pct-depth");
        add(std::to_string(request.pctDepth));
        add("--pct-steps");
        add(std::to_string(request.pctSteps));
    }
    for (const auto& [name, value] : request.args) {
        add("--arg");
        add(joined(name, "=", value));
    }
    if (request.metricsEvery != 0) {
        add("--metrics");
        add(std::to_string(request.metricsEvery));
    }
    if (until.time) {
        add("--until");
        add(value::showDuration(until.time->value));
    }
    if (until.rounds) {
        add("--until");
        add(joined(*until.rounds, "rounds"));
    }
    return words;
}

std::string quotedForShell(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += " " + quotedForShell(std::string_view{word});
    return out;
}

}  // namespace ariadne::cli
