// Files on disk: pread, append, locks and the reserve that lets a full disk still be sealed.
#include "tracefmt/file_header.h"
#include "tracefmt/file_io.h"
#include "tracefmt/out_of_memory.h"
#include "tracefmt/tail_file.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace ariadne::tracefmt {

namespace {

constexpr std::uint64_t kAllocateStep = 16ull << 20;
/// Kept free behind the end while recording: enough for gaps, tables, index and trailer.
constexpr std::uint64_t kSealingReserve = 2ull << 20;

std::string errorText(int error) {
    return std::generic_category().message(error);
}

absl::Status toStatus(absl::string_view what, int error) {
    const std::string text = absl::StrCat(what, ": ", errorText(error));
    switch (error) {
        case ENOENT:
        case ENOTDIR: return absl::NotFoundError(text);
        case EACCES:
        case EPERM:
        case EROFS: return absl::PermissionDeniedError(text);
        case EISDIR:
        case EINVAL:
        case ENAMETOOLONG:
        case ELOOP: return absl::InvalidArgumentError(text);
        case ENOSPC:
        case EDQUOT:
        case EFBIG: return absl::ResourceExhaustedError(text);
        default: return absl::UnavailableError(text);
    }
}

/// Owns one descriptor.
class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

struct ::flock wholeFile(short type) {
    struct ::flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

bool isLockedForWriting(int fd) {
    struct ::flock lock = wholeFile(F_RDLCK);
    return ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

absl::Status inUse() {
    return absl::AlreadyExistsError(
        "another recorder is writing this file; choose another name or wait until it ends");
}

/// Only regular files can be cut back and locked.
absl::Status checkRegular(int fd) {
    struct ::stat status {};
    if (::fstat(fd, &status) != 0) return toStatus("cannot look at the file", errno);
    if (S_ISREG(status.st_mode)) return absl::OkStatus();
    const absl::string_view found = S_ISDIR(status.st_mode)    ? "a folder"
                                    : S_ISCHR(status.st_mode)  ? "a character device"
                                    : S_ISBLK(status.st_mode)  ? "a block device"
                                    : S_ISFIFO(status.st_mode) ? "a pipe"
                                                               : "no regular file";
    return absl::InvalidArgumentError(absl::StrCat(
        "found ", found, ", a trace is a regular file; give the path of a .clew file"));
}

/// Reads up to `out.size()` bytes; fewer at the end of the file.
absl::StatusOr<std::size_t> readUpTo(int fd, std::uint64_t offset, std::span<std::byte> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t n =
            ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return toStatus(absl::StrCat("reading at offset ", offset + done), errno);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

class PosixReadFile final : public ReadFile {
public:
    PosixReadFile(Descriptor fd, std::filesystem::path path)
        : fd_(std::move(fd)), path_(std::move(path)) {}

    absl::StatusOr<std::uint64_t> size() const override {
        struct ::stat status {};
        if (::fstat(fd_.get(), &status) != 0)
            return toStatus("cannot tell the size of the file", errno);
        return static_cast<std::uint64_t>(status.st_size);
    }

    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const override {
        const absl::StatusOr<std::size_t> done = readUpTo(fd_.get(), offset, out);
        if (!done.ok()) return done.status();
        if (*done == out.size()) return absl::OkStatus();
        return absl::DataLossError(absl::StrCat("the file ends at ", offset + *done, ", needed ",
                                                out.size(), " bytes at offset ", offset));
    }

    bool isBeingWritten() const override { return isLockedForWriting(fd_.get()); }

    absl::Status checkName() const override {
        struct ::stat ours {};
        struct ::stat named {};
        if (::fstat(fd_.get(), &ours) != 0) return toStatus("cannot look at the file", errno);
        if (::stat(path_.c_str(), &named) != 0) {
            if (errno != ENOENT && errno != ENOTDIR)
                return toStatus("cannot look at the name of the file", errno);
            return absl::FailedPreconditionError(
                "the file was removed or renamed while it was read; open it where it is now");
        }
        if (ours.st_dev == named.st_dev && ours.st_ino == named.st_ino) return absl::OkStatus();
        return absl::FailedPreconditionError(
            "the file was replaced by another one while it was read; open that one");
    }

private:
    Descriptor fd_;
    std::filesystem::path path_;
};

absl::Status syncData(int fd) {
    if (::fdatasync(fd) == 0) return absl::OkStatus();
    return toStatus("the disk did not take what was written", errno);
}

class PosixSync final : public FileSync {
public:
    explicit PosixSync(Descriptor fd) : fd_(std::move(fd)) {}
    absl::Status sync() override { return syncData(fd_.get()); }

private:
    Descriptor fd_;
};

class PosixWriteFile final : public WriteFile {
public:
    explicit PosixWriteFile(Descriptor fd) : fd_(std::move(fd)) {}

    absl::Status append(ByteView bytes) override {
        absl::Status room = allocate(bytes.size());
        if (!room.ok()) return room;
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t n = ::pwrite(fd_.get(), bytes.data() + done, bytes.size() - done,
                                       static_cast<off_t>(size_ + done));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) {
                dirtyTail_ = true;
                reserve_ = 0;
                return toStatus(absl::StrCat("writing at offset ", size_ + done), errno);
            }
            done += static_cast<std::size_t>(n);
        }
        size_ += bytes.size();
        return absl::OkStatus();
    }

    absl::Status sync() override { return syncData(fd_.get()); }

    std::unique_ptr<FileSync> syncElsewhere() override {
        Descriptor fd{::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0)};
        return fd.get() < 0 ? nullptr : std::make_unique<PosixSync>(std::move(fd));
    }

    absl::Status truncate(std::uint64_t size) override {
        // Cutting gives back what is preallocated behind the end, so it is done only when needed.
        if (size == size_ && !dirtyTail_) return absl::OkStatus();
        if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0)
            return toStatus(absl::StrCat("cutting the file back to ", size, " bytes"), errno);
        size_ = size;
        allocated_ = size;
        dirtyTail_ = false;
        return absl::OkStatus();
    }

    absl::Status close() override {
        if (fd_.get() < 0) return absl::OkStatus();
        // Gives back what was preallocated; a failure costs space, not data.
        if (allocated_ > size_ && ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0)
            allocated_ = size_;
        if (::close(fd_.release()) == 0 || errno == EINTR) return absl::OkStatus();
        return toStatus("closing the file", errno);
    }

private:
    /// Makes room for `bytes` and the reserve behind them. kResourceExhausted leaves the reserve to
    /// the appends that follow: they seal the file.
    absl::Status allocate(std::uint64_t bytes) {
        const std::uint64_t needed = size_ + bytes + reserve_;
        if (!canAllocate_ || needed <= allocated_) return absl::OkStatus();
        for (const std::uint64_t target : {std::max(needed, allocated_ + kAllocateStep), needed}) {
            int result;
            do {
                result = ::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, static_cast<off_t>(allocated_),
                                     static_cast<off_t>(target - allocated_));
            } while (result != 0 && errno == EINTR);
            if (result == 0) {
                allocated_ = target;
                return absl::OkStatus();
            }
            if (errno != ENOSPC && errno != EDQUOT && errno != EFBIG) {
                canAllocate_ = false;  // not a feature of this file system
                return absl::OkStatus();
            }
        }
        if (reserve_ == 0) return absl::OkStatus();  // sealing: try to write all the same
        const int error = errno;
        reserve_ = 0;
        return toStatus(absl::StrCat("no room for ", bytes, " bytes at offset ", size_), error);
    }

    Descriptor fd_;
    std::uint64_t size_ = 0;
    std::uint64_t allocated_ = 0;
    std::uint64_t reserve_ = kSealingReserve;
    bool canAllocate_ = true;
    bool dirtyTail_ = false;
};

/// Whether what is in the file may be replaced: nothing, or a trace.
absl::Status checkReplaceable(int fd) {
    std::array<std::byte, kFileMagic.size()> start;
    absl::StatusOr<std::size_t> found = readUpTo(fd, 0, start);
    if (!found.ok()) return std::move(found).status();
    if (*found == 0) return absl::OkStatus();
    if (*found == start.size() && std::memcmp(start.data(), kFileMagic.data(), start.size()) == 0)
        return absl::OkStatus();
    return absl::AlreadyExistsError(absl::StrCat("the file exists and is no trace: it begins with ",
                                                 describeStart(ByteView{start}.first(*found)),
                                                 "; choose another name or remove it"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReadFile>> openForReading(const std::filesystem::path& path) {
    return withinMemory([&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
        // Not blocking: a pipe without a writer is refused below instead of waited for.
        Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
        if (fd.get() < 0) return toStatus("cannot open the file", errno);
        absl::Status regular = checkRegular(fd.get());
        if (!regular.ok()) return regular;
        return std::make_unique<PosixReadFile>(std::move(fd), path);
    });
}

absl::Status checkReplaceable(const std::filesystem::path& path) {
    return withinMemory([&]() -> absl::Status {
        const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
        if (fd.get() < 0 && errno == ENOENT) return absl::OkStatus();
        if (fd.get() < 0) return toStatus("cannot look at the file to be replaced", errno);
        absl::Status usable = checkRegular(fd.get());
        if (!usable.ok()) return usable;
        if (isLockedForWriting(fd.get())) return inUse();
        return checkReplaceable(fd.get());
    });
}

absl::StatusOr<std::unique_ptr<WriteFile>> createForWriting(const std::filesystem::path& path) {
    return withinMemory([&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> {
        Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666));
        if (fd.get() < 0) return toStatus("cannot create the file", errno);
        absl::Status usable = checkRegular(fd.get());
        if (!usable.ok()) return usable;
        struct ::flock lock = wholeFile(F_WRLCK);
        if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
            if (errno == EAGAIN || errno == EACCES) return inUse();
            return toStatus("cannot lock the file", errno);
        }
        usable = checkReplaceable(fd.get());
        if (!usable.ok()) return usable;
        usable = removeTailOf(path);
        if (!usable.ok()) return usable;
        if (::ftruncate(fd.get(), 0) != 0) return toStatus("cannot empty the file", errno);
        return std::make_unique<PosixWriteFile>(std::move(fd));
    });
}

}  // namespace ariadne::tracefmt
