#include "recorder/effects/files.h"

#include "engine/base/status_macros.h"
#include "recorder/effects/payload.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

namespace ariadne::effects {
namespace {

/// Between two of these a stop is noticed.
constexpr std::size_t kPieceBytes = 256 * 1024;

absl::Status calledOff() {
    return absl::CancelledError("called off; ask again");
}

/// Files of the kernel's own views: they look regular, and reading them reaches other processes.
bool isKernelView(int fd) {
    constexpr std::array<std::uint32_t, 9> kViews{
        PROC_SUPER_MAGIC, SYSFS_MAGIC,    DEBUGFS_MAGIC,      TRACEFS_MAGIC,      SECURITYFS_MAGIC,
        BPF_FS_MAGIC,     EFIVARFS_MAGIC, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC};
    struct statfs about {};
    if (::fstatfs(fd, &about) != 0) return true;
    const auto type = static_cast<std::uint32_t>(about.f_type);
    return std::find(kViews.begin(), kViews.end(), type) != kViews.end();
}

absl::StatusOr<struct stat> regularStat(int fd, const std::string& path) {
    struct stat about {};
    if (::fstat(fd, &about) != 0) return fileError(errno, "look at", path);
    if (S_ISDIR(about.st_mode)) return fileError(EISDIR, "use", path);
    if (S_ISLNK(about.st_mode)) return fileError(ELOOP, "use", path);
    if (!S_ISREG(about.st_mode)) return fileError(ENXIO, "use", path);
    if (isKernelView(fd))
        return absl::PermissionDeniedError(absl::StrCat(
            "cannot use \"", path, "\": it is a view into the kernel, no file on a disk"));
    return about;
}

/// Looks before it opens: to open a device or a pipe can already be a deed.
absl::StatusOr<Fd> openRegular(const Fd& root, const std::string& path, int flags,
                               Confinement confinement) {
    ARIADNE_ASSIGN_OR_RETURN(const Fd seen, openBeneath(root, path, O_PATH, 0, confinement));
    ARIADNE_RETURN_IF_ERROR(regularStat(seen.get(), path).status());
    ARIADNE_ASSIGN_OR_RETURN(Fd file, openBeneath(root, path, flags | O_NONBLOCK, 0, confinement));
    ARIADNE_RETURN_IF_ERROR(regularStat(file.get(), path).status());
    return file;
}

/// Up to `max` bytes from `offset`; fewer only at the end.
absl::StatusOr<Bytes> readAt(const Fd& file, const effect::ReadFile& ask, std::uint64_t max,
                             const std::stop_token& stop) {
    Bytes bytes;
    while (bytes.size() < max) {
        if (stop.stop_requested()) return calledOff();
        const std::size_t had = bytes.size();
        bytes.resize(had +
                     static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, max - had)));
        const ssize_t got = ::pread(file.get(), bytes.data() + had, bytes.size() - had,
                                    static_cast<off_t>(ask.offset + had));
        if (got < 0 && errno != EINTR) return fileError(errno, "read", ask.path);
        bytes.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0) break;
    }
    return bytes;
}

/// How many of `bytes` were written before an error (in errno) or a stop.
std::size_t writeAll(int fd, ByteView bytes, const std::stop_token& stop) {
    std::size_t written = 0;
    while (written < bytes.size() && !stop.stop_requested()) {
        const std::size_t piece = std::min(kPieceBytes, bytes.size() - written);
        const ssize_t put = ::write(fd, bytes.data() + written, piece);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) break;
        written += static_cast<std::size_t>(put);
    }
    return written;
}

/// A file beside the one it shall replace; removed again unless it did.
class Replacement {
public:
    Replacement(const Fd& folder, std::string name) : folder_(folder) {
        // Of this process and this call: two runs may write into one folder.
        static std::atomic<std::uint64_t> count{0};
        temporary_ = absl::StrCat(".ariadne-", ::getpid(), "-", ++count, ".tmp");
        name_ = std::move(name);
    }
    ~Replacement() {
        if (file_.isOpen()) ::unlinkat(folder_.get(), temporary_.c_str(), 0);
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;

    absl::Status write(ByteView bytes, mode_t mode, const std::stop_token& stop) {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        file_ = Fd{::openat(folder_.get(), temporary_.c_str(), flags, 0666)};
        if (!file_.isOpen()) return fileError(errno, "create a file beside", name_);
        if (mode != 0 && ::fchmod(file_.get(), mode) != 0) return fileError(errno, "write", name_);
        if (writeAll(file_.get(), bytes, stop) < bytes.size())
            return stop.stop_requested() ? calledOff() : fileError(errno, "write", name_);
        if (::fsync(file_.get()) != 0) return fileError(errno, "write", name_);
        return absl::OkStatus();
    }

    absl::Status takePlace() {
        if (::renameat(folder_.get(), temporary_.c_str(), folder_.get(), name_.c_str()) != 0)
            return fileError(errno, "replace", name_);
        file_.close();
        // The new name is as durable as the bytes; O_PATH descriptors cannot be synced.
        const Fd folder{::openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (folder.isOpen()) ::fsync(folder.get());
        return absl::OkStatus();
    }

private:
    const Fd& folder_;
    std::string name_;
    std::string temporary_;
    Fd file_;
};

/// Permissions of what stands at `name` now, 0 for nothing.
absl::StatusOr<mode_t> replaceableMode(const Fd& folder, const std::string& name) {
    const Fd seen{::openat(folder.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!seen.isOpen() && errno == ENOENT) return mode_t{0};
    if (!seen.isOpen()) return fileError(errno, "replace", name);
    ARIADNE_ASSIGN_OR_RETURN(const struct stat about, regularStat(seen.get(), name));
    return static_cast<mode_t>(about.st_mode & 0777);
}

absl::Status replaceFile(const Fd& root, const std::string& path, ByteView bytes,
                         Confinement confinement, const std::stop_token& stop) {
    const std::size_t slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    const std::string folderPath = slash == std::string::npos ? "." : path.substr(0, slash);
    ARIADNE_ASSIGN_OR_RETURN(const Fd folder,
                             openBeneath(root, folderPath, O_PATH | O_DIRECTORY, 0, confinement));
    if (isKernelView(folder.get())) return fileError(EPERM, "write into", folderPath);
    ARIADNE_ASSIGN_OR_RETURN(const mode_t mode, replaceableMode(folder, name));
    Replacement replacement{folder, name};
    ARIADNE_RETURN_IF_ERROR(replacement.write(bytes, mode, stop));
    return replacement.takePlace();
}

/// The file, made when there is none.
absl::StatusOr<Fd> openToAppend(const Fd& root, const std::string& path, Confinement confinement) {
    constexpr int kFlags = O_WRONLY | O_APPEND | O_NOFOLLOW;
    absl::StatusOr<Fd> file = openRegular(root, path, kFlags, confinement);
    if (!absl::IsNotFound(file.status())) return file;
    return openBeneath(root, path, kFlags | O_CREAT | O_EXCL, 0666, confinement);
}

absl::Status appendToFile(const Fd& root, const std::string& path, ByteView bytes,
                          const FileLimits& limits, Confinement confinement,
                          const std::stop_token& stop) {
    ARIADNE_ASSIGN_OR_RETURN(const Fd file, openToAppend(root, path, confinement));
    ARIADNE_ASSIGN_OR_RETURN(const struct stat about, regularStat(file.get(), path));
    const auto size = static_cast<std::uint64_t>(about.st_size);
    if (size > limits.fileBytesMax || bytes.size() > limits.fileBytesMax - size)
        return absl::ResourceExhaustedError(
            absl::StrCat("limit fileBytesMax (", limits.fileBytesMax, ") reached: \"", path,
                         "\" has ", size, " bytes; begin another file"));
    const std::size_t written = writeAll(file.get(), bytes, stop);
    if (written == bytes.size() && ::fsync(file.get()) == 0) return absl::OkStatus();
    if (written < bytes.size() && stop.stop_requested())
        return absl::CancelledError(absl::StrCat("called off after ", written, " of ", bytes.size(),
                                                 " bytes were appended"));
    const absl::Status why = fileError(errno, "append to", path);
    return absl::Status(why.code(), absl::StrCat(why.message(), "; ", written, " of ", bytes.size(),
                                                 " bytes were appended"));
}

}  // namespace

absl::StatusOr<Bytes> ReadFileHandler::perform(const effect::Request& request,
                                               std::stop_token stop) {
    ARIADNE_ASSIGN_OR_RETURN(const auto ask, askedOf<effect::ReadFile>(request));
    ARIADNE_ASSIGN_OR_RETURN(const std::string path, relativePath(ask.path));
    ARIADNE_ASSIGN_OR_RETURN(const Fd root, openRoot(request.scope));
    ARIADNE_ASSIGN_OR_RETURN(const Fd file, openRegular(root, path, O_RDONLY, confinement_));
    ARIADNE_ASSIGN_OR_RETURN(const struct stat about, regularStat(file.get(), path));
    const auto size = static_cast<std::uint64_t>(about.st_size);
    effect::FileContent content{{}, true};
    if (ask.offset >= size) return value::encoded(content);
    const std::uint64_t max =
        ask.max == 0 ? limits_.readBytesMax : std::min(ask.max, limits_.readBytesMax);
    ARIADNE_ASSIGN_OR_RETURN(content.bytes, readAt(file, ask, max, stop));
    content.atEnd = content.bytes.size() < max || ask.offset + content.bytes.size() >= size;
    return value::encoded(content);
}

absl::StatusOr<Bytes> WriteFileHandler::perform(const effect::Request& request,
                                                std::stop_token stop) {
    ARIADNE_ASSIGN_OR_RETURN(const auto ask, askedOf<effect::WriteFile>(request));
    ARIADNE_ASSIGN_OR_RETURN(const std::string path, relativePath(ask.path));
    if (ask.bytes.size() > limits_.writeBytesMax)
        return absl::ResourceExhaustedError(absl::StrCat(
            "limit writeBytesMax (", limits_.writeBytesMax, ") reached: ", ask.bytes.size(),
            " bytes for \"", path, "\"; append them in pieces"));
    ARIADNE_ASSIGN_OR_RETURN(const Fd root, openRoot(request.scope));
    ARIADNE_RETURN_IF_ERROR(ask.append
                                ? appendToFile(root, path, ask.bytes, limits_, confinement_, stop)
                                : replaceFile(root, path, ask.bytes, confinement_, stop));
    return value::encoded(effect::FileWritten{ask.bytes.size()});
}

}  // namespace ariadne::effects
