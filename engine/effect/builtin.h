// Requests and answers of the effects every host offers, and the trait that names and pairs them.
#pragma once

#include "engine/base/bytes.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::effect {

/// Pairs a request type with the name of its effect and the type of its answer. A host's own
/// effects specialise it in the same way.
template <class Request>
struct EffectOf;

/// A described struct that may be given to perform().
template <class R>
concept EffectRequest = requires {
    typename EffectOf<R>::Answer;
    std::string_view{EffectOf<R>::kName};
};

/// Asks for the time on the wall. The grant's scope is empty.
struct ReadClock {
    bool operator==(const ReadClock&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadClock, (), ())

struct WallTime {
    std::int64_t unixNs = 0;  ///< nanoseconds since 1970-01-01T00:00:00Z, without leap seconds
    bool operator==(const WallTime&) const = default;
};
BOOST_DESCRIBE_STRUCT(WallTime, (), (unixNs))

/// Reads a piece of a regular file below the grant's folder.
struct ReadFile {
    std::string path;          ///< relative to the grant's folder, without ".."
    std::uint64_t offset = 0;  ///< in bytes; beyond the end gives nothing, at the end
    std::uint64_t max = 0;     ///< in bytes; 0, or more than the host's limit, is the host's limit
    bool operator==(const ReadFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(ReadFile, (), (path, offset, max))

struct FileContent {
    Bytes bytes;
    bool atEnd = false;  ///< nothing followed these bytes when they were read
    bool operator==(const FileContent&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileContent, (), (bytes, atEnd))

/// Writes a regular file below the grant's folder, which must exist: replaces it as a whole, or
/// appends to it. Asked for again, replacing leaves the same file; appending may have been done
/// before and adds the bytes once more.
struct WriteFile {
    std::string path;  ///< relative to the grant's folder, without ".."
    Bytes bytes;
    bool append = false;
    bool operator==(const WriteFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(WriteFile, (), (path, bytes, append))

struct FileWritten {
    std::uint64_t bytes = 0;  ///< how many were written: all of them
    bool operator==(const FileWritten&) const = default;
};
BOOST_DESCRIBE_STRUCT(FileWritten, (), (bytes))

struct HttpHeader {
    std::string name;
    std::string value;
    bool operator==(const HttpHeader&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpHeader, (), (name, value))

/// One HTTP exchange. Redirects are answers like any other: whoever wants to follow one asks again,
/// under a grant that covers it.
struct HttpRequest {
    std::string method = "GET";  ///< GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
    std::string url;             ///< http or https, within the grant's scope, without fragment
    std::vector<HttpHeader> headers;
    Bytes body;  ///< empty for GET and HEAD
    bool operator==(const HttpRequest&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpRequest, (), (method, url, headers, body))

/// An answer of any status, 404 and 500 included.
struct HttpResponse {
    std::int32_t status = 0;
    std::vector<HttpHeader> headers;  ///< as they came, trailers left out
    Bytes body;                       ///< as it came, never decompressed
    bool operator==(const HttpResponse&) const = default;
};
BOOST_DESCRIBE_STRUCT(HttpResponse, (), (status, headers, body))

/// Runs the granted program: no shell, "/" as its folder, and in its environment the idempotency
/// key of this wish alone, as ARIADNE_IDEMPOTENCY_KEY.
struct RunCommand {
    std::vector<std::string> arguments;  ///< without the name of the program
    Bytes input;                         ///< what it finds on standard input
    bool operator==(const RunCommand&) const = default;
};
BOOST_DESCRIBE_STRUCT(RunCommand, (), (arguments, input))

/// A program that ended by itself, or was ended because it wrote far too much.
struct CommandEnded {
    std::int32_t exitCode = 0;  ///< 0 when a signal ended it
    std::int32_t signal = 0;    ///< 0 when it exited
    Bytes output;               ///< standard output, its beginning when `cut`
    Bytes errors;               ///< standard error, its beginning when `cut`
    bool cut = false;           ///< some of what it wrote was dropped
    bool operator==(const CommandEnded&) const = default;
};
BOOST_DESCRIBE_STRUCT(CommandEnded, (), (exitCode, signal, output, errors, cut))

template <>
struct EffectOf<ReadClock> {
    using Answer = WallTime;
    static constexpr std::string_view kName = "clock.read";
};
template <>
struct EffectOf<ReadFile> {
    using Answer = FileContent;
    static constexpr std::string_view kName = "file.read";
};
template <>
struct EffectOf<WriteFile> {
    using Answer = FileWritten;
    static constexpr std::string_view kName = "file.write";
};
template <>
struct EffectOf<HttpRequest> {
    using Answer = HttpResponse;
    static constexpr std::string_view kName = "http.request";
};
template <>
struct EffectOf<RunCommand> {
    using Answer = CommandEnded;
    static constexpr std::string_view kName = "command.run";
};

}  // namespace ariadne::effect
