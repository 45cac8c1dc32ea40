// Lets reading pass and nothing else.
#pragma once

#include <sqlite3.h>

#include <string>

namespace ariadne::query {

/// Watches what statements of one connection would do. Must outlive the connection.
class Authorizer {
public:
    void watch(sqlite3* connection);
    /// What was refused since the last forget(), in words; empty: nothing.
    const std::string& refused() const { return refused_; }
    void forget() { refused_.clear(); }

private:
    static int allow(void* self, int action, const char* first, const char* second,
                     const char* database, const char* trigger);

    std::string refused_;
};

}  // namespace ariadne::query
