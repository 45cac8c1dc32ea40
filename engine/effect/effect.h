// What passes between a run and its outside: requests, completions and permissions, as plain data.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/ids.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>

namespace ariadne::effect {

/// What a cell asks of the outside. (cellKey, ordinal) is the idempotency key of the wish within
/// its run. Each perform() is a new wish; who asks for an old one again, after a failure or a
/// restart, says so with performAgain(), and asks under the same key, so that it is not carried out
/// twice.
struct Request {
    std::string name;                     ///< of the effect: "file.read"
    Bytes payload;                        ///< canonical encoding of the request struct
    std::string scope;                    ///< of the grant it is made under; see Grant
    std::uint64_t cellKey = 0;            ///< who asks
    std::uint64_t ordinal = 0;            ///< which of the cell's effects, from 1
    Duration timeout = Duration::zero();  ///< from submission to answer; zero is none
    std::uint64_t run = 0;  ///< told apart by the host: the keys are those of every run alike
    bool operator==(const Request&) const = default;
};

/// How an effect went. The numbers stand in traces.
enum class EffectStatus : std::uint8_t {
    kDone = 0,       ///< carried out; the payload is the answer
    kFailed = 1,     ///< tried, or refused for a reason that is no permission
    kTimedOut = 2,   ///< no answer in time; it may have been carried out
    kCancelled = 3,  ///< called off; it may have been carried out when it was under way
    kDenied = 4,     ///< outside the grant, or offered by nobody
};
BOOST_DESCRIBE_ENUM(EffectStatus, kDone, kFailed, kTimedOut, kCancelled, kDenied)

/// The one answer to a Request, named by its key.
struct Completion {
    std::uint64_t cellKey = 0;
    std::uint64_t ordinal = 0;
    EffectStatus status = EffectStatus::kDone;
    Bytes payload;     ///< canonical encoding of the answer struct when kDone, else empty
    std::string text;  ///< why not; empty when kDone
    bool operator==(const Completion&) const = default;
};

/// A permission: an effect, and how far it reaches.
///
/// | name | scope |
/// |---|---|
/// | `file.read`, `file.write` | absolute path of a folder; everything below it |
/// | `http.request` | http or https URL; its origin, and its path with everything below |
/// | `command.run` | absolute path of a program; that one |
/// | any other | text only its handler understands |
struct Grant {
    std::string name;
    std::string scope;
    bool operator==(const Grant&) const = default;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (name, scope))

/// True when `inner` asks for no more than `outer` allows: may a holder of `outer` pass `inner` on?
/// Same name, and the scope of `inner` within that of `outer`: by whole components for files, same
/// origin and whole path segments for URLs, exactly for programs and effects of the host's own.
/// Scopes are judged as written, no link or name is looked up. A scope that is malformed or has two
/// readings ("..", "%2e", user information in a URL) covers nothing and is covered by nothing.
bool covers(const Grant& outer, const Grant& inner);

}  // namespace ariadne::effect
