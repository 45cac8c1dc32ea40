#include "engine/library/topic.h"

namespace ariadne::library {
namespace {

/// The levels of a path, one after the other.
class Levels {
public:
    explicit Levels(std::string_view path) : rest_(path) {}

    bool atEnd() const { return atEnd_; }
    std::string_view next() {
        const std::size_t slash = rest_.find('/');
        const std::string_view level = rest_.substr(0, slash);
        atEnd_ = slash == std::string_view::npos;
        if (!atEnd_) rest_.remove_prefix(slash + 1);
        return level;
    }

private:
    std::string_view rest_;
    bool atEnd_ = false;
};

std::string quoted(std::string_view text) {
    return "'" + std::string{text} + "'";
}

}  // namespace

std::string whyNoTopic(std::string_view topic) {
    for (Levels levels{topic}; !levels.atEnd();) {
        const std::string_view level = levels.next();
        if (level.empty())
            return "topic " + quoted(topic) +
                   " has an empty level; write 'orders/eu', without '/' "
                   "at the ends or twice in a row";
        if (level == "*" || level == "**")
            return "topic " + quoted(topic) + " has the wildcard " + quoted(level) +
                   "; publish to one topic, wildcards are for subscriptions";
    }
    return {};
}

std::string whyNoPattern(std::string_view pattern) {
    for (Levels levels{pattern}; !levels.atEnd();) {
        const std::string_view level = levels.next();
        if (level.empty())
            return "pattern " + quoted(pattern) +
                   " has an empty level; write 'orders/*', without "
                   "'/' at the ends or twice in a row";
        if (level == "**" && !levels.atEnd())
            return "pattern " + quoted(pattern) +
                   " has '**' before its last level; only the last "
                   "may be '**', the others '*'";
    }
    return {};
}

bool matches(std::string_view pattern, std::string_view topic) {
    Levels wanted{pattern};
    Levels found{topic};
    while (!wanted.atEnd() && !found.atEnd()) {
        const std::string_view level = wanted.next();
        if (level == "**") return true;
        if (const std::string_view text = found.next(); level != "*" && level != text) return false;
    }
    return wanted.atEnd() && found.atEnd();
}

}  // namespace ariadne::library
