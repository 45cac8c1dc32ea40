// A limit on the size of files, as one has for quotas: writing beyond it is an error.
#pragma once

#include <csignal>
#include <cstdint>
#include <sys/resource.h>

namespace ariadne::test {

/// Of this process, while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const struct ::rlimit limit { bytes, before_.rlim_max };
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    struct ::rlimit before_ {};
    void (*handler_)(int);
};

}  // namespace ariadne::test
