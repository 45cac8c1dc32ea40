// The message of the labs, and who heard what of it.
#pragma once

#include "engine/ariadne.h"
#include "tests/kernel/support/recording_sink.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace ariadne::tests {

struct Say {
    std::string word;
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Say, (), (word, n))

/// `Say{word: "hi", n: 2}` -> `hi 2`; `Start{...}` -> `Start`.
inline std::string shortOf(std::string message) {
    const std::string_view head = "Say{word: \"";
    if (!message.starts_with(head)) {
        message.resize(std::min(message.find('{'), message.size()));
        return message;
    }
    const std::size_t end = message.find('"', head.size());
    const std::string n = message.substr(end + 6, message.size() - end - 7);
    return message.substr(head.size(), end - head.size()) + (n == "0" ? "" : " " + n);
}

/// What the actor of that path was delivered, in order: "Start; hi; hi 2".
inline std::string toldTo(const RecordingSink& sink, const std::string& path) {
    std::string out;
    const std::string head = "deliver " + path + " ";
    for (const RecordedRow& kept : sink.rows()) {
        if (!kept.line.starts_with(head)) continue;
        if (!out.empty()) out += "; ";
        out += shortOf(kept.line.substr(head.size()));
    }
    return out;
}

}  // namespace ariadne::tests
