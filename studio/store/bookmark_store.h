// What people note about a trace: in a small database beside it, never inside it.
#pragma once

#include "engine/base/ids.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

class Sidecar;

/// A moment somebody wants to find again. Texts are UTF-8, at most kTextMax bytes.
struct Bookmark {
    std::int64_t id = 0;  ///< given by the store
    Position position;
    std::string name;
    std::string note;
    static constexpr std::size_t kTextMax = 64u << 10;
    bool operator==(const Bookmark&) const = default;
};

/// The bookmarks of one trace, by position. The file comes with the first of them. It may have been
/// sent by somebody else: nothing in it is executed, and no more than kBookmarksMax rows are read.
///
/// Threading: thread-confined. Several processes may have it open.
class BookmarkStore {
public:
    static constexpr std::size_t kBookmarksMax = 10'000;

    /// "run.clew.notes" of "run.clew".
    static std::filesystem::path pathOf(const std::filesystem::path& trace);

    /// kFailedPrecondition: what is there is of another recording, or of a newer Ariadne;
    /// kDataLoss: it is no such file; kUnavailable: it cannot be read.
    /// `recording`: what tells one recording from another of the same name; not empty.
    static absl::StatusOr<std::unique_ptr<BookmarkStore>> open(const std::filesystem::path& trace,
                                                               std::string recording);
    ~BookmarkStore();

    /// By position, then id.
    absl::StatusOr<std::vector<Bookmark>> all();
    /// Its id. kResourceExhausted: there are kBookmarksMax, or a text is too long. The errors of
    /// open() may come here too, from the first change on; kUnavailable: it cannot be written, and
    /// why.
    absl::StatusOr<std::int64_t> add(const Bookmark& bookmark);
    /// Name and note of the one with that id; kResourceExhausted: one of them is too long, and both
    /// stay as they were; kNotFound: somebody else has removed it.
    absl::Status change(const Bookmark& bookmark);
    absl::Status remove(std::int64_t id);
    /// Somebody else has written into the file since this was asked last, or made it.
    bool hasChanged();

private:
    explicit BookmarkStore(std::unique_ptr<Sidecar> file);
    absl::Status found();

    std::unique_ptr<Sidecar> file_;
};

}  // namespace ariadne::studio
