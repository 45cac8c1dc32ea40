#include "recorder/effects/beneath.h"

#include "engine/base/status_macros.h"
#include "engine/effect/scope.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <vector>

namespace ariadne::effects {
namespace {

constexpr std::size_t kPathBytesMax = 4096;
/// openat2 gives up with EAGAIN when somebody renames at the same moment.
constexpr int kTriesMax = 16;

/// openat2 refuses flags that mean nothing beside O_PATH.
int completed(int flags) {
    return flags | O_CLOEXEC | ((flags & O_PATH) != 0 ? 0 : O_NOCTTY);
}

std::vector<std::string> componentsOf(std::string_view path) {
    std::vector<std::string> components;
    while (!path.empty()) {
        const std::string_view component = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(component.size() + 1, path.size()));
        if (!component.empty() && component != ".") components.emplace_back(component);
    }
    return components;
}

/// Descriptor, or -1 with errno.
int openByKernel(int root, const std::string& path, int flags, mode_t mode) {
    open_how how{};
    how.flags = static_cast<decltype(how.flags)>(flags);
    if ((flags & O_CREAT) != 0) how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR)) break;
    }
    return static_cast<int>(fd);
}

/// -1, and ELOOP where a link was taken for a file.
int notAFolder(int at, const std::string& component) {
    const int error = errno;
    struct stat about {};
    const bool isLink = error == ENOTDIR &&
                        ::fstatat(at, component.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                        S_ISLNK(about.st_mode);
    errno = isLink ? ELOOP : error;
    return -1;
}

int openByWalk(int root, const std::string& path, int flags, mode_t mode) {
    const std::vector<std::string> components = componentsOf(path);
    Fd folder;
    int at = root;
    for (std::size_t i = 0; i + 1 < components.size(); ++i) {
        Fd next{::openat(at, components[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
        if (!next.isOpen()) return notAFolder(at, components[i]);
        folder = std::move(next);
        at = folder.get();
    }
    const char* const last = components.empty() ? "." : components.back().c_str();
    return ::openat(at, last, flags | O_NOFOLLOW, mode);
}

}  // namespace

absl::Status fileError(int error, std::string_view deed, const std::string& path) {
    const std::string what = absl::StrCat("cannot ", std::string{deed}, " \"", path, "\": ");
    switch (error) {
        case ENOENT: return absl::NotFoundError(what + "there is none below the granted folder");
        case EXDEV: return absl::PermissionDeniedError(what + "it leads out of the granted folder");
        case ELOOP: return absl::PermissionDeniedError(what + "a link on the way is not followed");
        case EACCES:
        case EPERM:
        case EROFS: return absl::PermissionDeniedError(what + "the operating system refuses it");
        case ENOTDIR:
            return absl::FailedPreconditionError(what + "a file stands where a folder must");
        case EISDIR: return absl::FailedPreconditionError(what + "it is a folder");
        case ENXIO: return absl::FailedPreconditionError(what + "it is no regular file");
        case ENAMETOOLONG: return absl::InvalidArgumentError(what + "a name is too long");
        case ENOSPC:
        case EDQUOT:
        case EMFILE:
        case ENFILE:
            return absl::ResourceExhaustedError(what + std::system_category().message(error));
        default: return absl::UnavailableError(what + std::system_category().message(error));
    }
}

absl::StatusOr<Fd> openRoot(const std::string& scope) {
    const auto plain = effect::plainPath(scope);
    if (!plain)
        return absl::InvalidArgumentError(absl::StrCat(
            "the scope \"", scope, "\" is no absolute path of a folder; grant one without \"..\""));
    Fd root{::open(plain->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (root.isOpen()) return root;
    const int error = errno;
    return absl::FailedPreconditionError(
        absl::StrCat("the granted folder \"", *plain, "\" cannot be opened: ",
                     std::system_category().message(error), "; create it, or grant another"));
}

absl::StatusOr<std::string> relativePath(std::string_view path) {
    if (path.empty() || path.front() == '/' || path.back() == '/' ||
        path.find('\0') != std::string_view::npos || path.size() > kPathBytesMax)
        return absl::InvalidArgumentError(absl::StrCat(
            "a path of ", path.size(), " bytes that is empty, absolute, longer than ",
            kPathBytesMax,
            ", holds a NUL or ends in '/'; name a file relative to the granted folder"));
    std::string plain;
    for (const std::string& component : componentsOf(path)) {
        if (component == "..")
            return absl::PermissionDeniedError(
                absl::StrCat("the path \"", std::string{path},
                             "\" holds \"..\"; name a file below the granted folder"));
        absl::StrAppend(&plain, plain.empty() ? "" : "/", component);
    }
    if (plain.empty())
        return absl::InvalidArgumentError(
            "a path of nothing but dots; name a file relative to the granted folder");
    return plain;
}

absl::StatusOr<Fd> openBeneath(const Fd& root, const std::string& path, int flags, mode_t mode,
                               Confinement confinement) {
    int fd = -1;
    if (confinement == Confinement::kByKernel) {
        fd = openByKernel(root.get(), path, completed(flags), mode);
        // EPERM: sandboxes that do not know openat2 answer so. A real one comes again below.
        if (fd < 0 && (errno == ENOSYS || errno == EPERM)) confinement = Confinement::kByWalk;
    }
    if (confinement == Confinement::kByWalk)
        fd = openByWalk(root.get(), path, completed(flags), mode);
    if (fd < 0) return fileError(errno, "open", path);
    return Fd{fd};
}

}  // namespace ariadne::effects
