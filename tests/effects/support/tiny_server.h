// A server on this machine that says exactly what a test wants it to say.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ariadne::tests {

/// One accepted connection; its request has been read.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}

    /// Head and body of the request as they came; the body as long as Content-Length says.
    const std::string& request() const { return request_; }
    /// False when the other side has gone.
    bool send(std::string_view text);
    /// Waits until the other side has gone, or the server ends.
    void awaitGone();

private:
    friend class TinyServer;
    bool readRequest();

    int fd_;
    std::string request_;
};

/// Listens on a free port of 127.0.0.1; `talk` is called for each connection on a thread of its
/// own, and the connection closed when it returns. Thread-safe.
class TinyServer {
public:
    using Talk = std::function<void(Connection&)>;
    explicit TinyServer(Talk talk);
    ~TinyServer();  ///< breaks every connection, waits for `talk`
    TinyServer(const TinyServer&) = delete;
    TinyServer& operator=(const TinyServer&) = delete;

    /// "http://127.0.0.1:12345"
    std::string origin() const;
    int connections() const { return connections_; }

private:
    void accept();
    void serve(int fd);

    const Talk talk_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_{0};
    std::mutex mutex_;
    bool isEnding_ = false;
    std::vector<int> open_;
    std::vector<std::jthread> talks_;
    std::jthread acceptor_;
};

}  // namespace ariadne::tests
