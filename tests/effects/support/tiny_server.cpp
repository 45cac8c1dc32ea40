#include "tests/effects/support/tiny_server.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ariadne::tests {
namespace {

sockaddr_in loopback() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::size_t bodyLength(const std::string& request) {
    constexpr std::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = request.find(kName);
    return at == std::string::npos ? 0 : std::strtoul(&request[at + kName.size()], nullptr, 10);
}

}  // namespace

bool Connection::readRequest() {
    std::array<char, 4096> piece;
    for (;;) {
        const std::size_t head = request_.find("\r\n\r\n");
        if (head != std::string::npos && request_.size() >= head + 4 + bodyLength(request_))
            return true;
        const ssize_t got = ::recv(fd_, piece.data(), piece.size(), 0);
        if (got <= 0) return false;
        request_.append(piece.data(), static_cast<std::size_t>(got));
        if (request_.front() < 'A') return true;  // not HTTP: somebody begins with TLS
    }
}

bool Connection::send(std::string_view text) {
    while (!text.empty()) {
        const ssize_t put = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
        if (put <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

void Connection::awaitGone() {
    std::array<char, 256> piece;
    while (::recv(fd_, piece.data(), piece.size(), 0) > 0) {
    }
}

TinyServer::TinyServer(Talk talk) : talk_(std::move(talk)) {
    sockaddr_in address = loopback();
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        std::abort();
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread{[this] { accept(); }};
}

TinyServer::~TinyServer() {
    {
        const std::lock_guard lock{mutex_};
        isEnding_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    acceptor_.join();
    talks_.clear();
    ::close(listener_);
}

std::string TinyServer::origin() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

void TinyServer::accept() {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        ++connections_;
        const std::lock_guard lock{mutex_};
        if (isEnding_) {
            ::close(fd);
            return;
        }
        open_.push_back(fd);
        talks_.emplace_back([this, fd] { serve(fd); });
    }
}

void TinyServer::serve(int fd) {
    Connection connection{fd};
    if (connection.readRequest()) talk_(connection);
    const std::lock_guard lock{mutex_};
    open_.erase(std::find(open_.begin(), open_.end(), fd));
    ::close(fd);
}

}  // namespace ariadne::tests
