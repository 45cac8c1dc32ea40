#include "studio/store/bookmark_store.h"

#include "engine/base/status_macros.h"
#include "studio/store/sidecar.h"

#include <sqlite3.h>

#include <utility>

namespace ariadne::studio {
namespace {

absl::Status checkTexts(const Bookmark& bookmark) {
    ARIADNE_RETURN_IF_ERROR(Sidecar::checkText("name", bookmark.name, Bookmark::kTextMax));
    return Sidecar::checkText("note", bookmark.note, Bookmark::kTextMax);
}

}  // namespace

BookmarkStore::BookmarkStore(std::unique_ptr<Sidecar> file) : file_(std::move(file)) {}
BookmarkStore::~BookmarkStore() = default;

std::filesystem::path BookmarkStore::pathOf(const std::filesystem::path& trace) {
    return Sidecar::pathOf(trace);
}

absl::StatusOr<std::unique_ptr<BookmarkStore>> BookmarkStore::open(
    const std::filesystem::path& trace, std::string recording) {
    auto file = std::make_unique<Sidecar>(pathOf(trace), std::move(recording), "the bookmarks");
    ARIADNE_RETURN_IF_ERROR(file->openIfThere());
    return std::unique_ptr<BookmarkStore>{new BookmarkStore{std::move(file)}};
}

absl::StatusOr<std::vector<Bookmark>> BookmarkStore::all() {
    std::vector<Bookmark> out;
    // Somebody else may have made the file meanwhile.
    ARIADNE_RETURN_IF_ERROR(file_->openIfThere());
    if (!file_->isOpen()) return out;
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement rows,
                             file_->prepared("SELECT id, position, name, note FROM bookmark "
                                             "ORDER BY position, id LIMIT ?1"));
    sqlite3_bind_int64(rows.get(), 1, static_cast<std::int64_t>(kBookmarksMax));
    int step = 0;
    while ((step = sqlite3_step(rows.get())) == SQLITE_ROW) {
        const std::int64_t position = sqlite3_column_int64(rows.get(), 1);
        if (position <= 0) continue;
        out.push_back({sqlite3_column_int64(rows.get(), 0),
                       {static_cast<std::uint64_t>(position)},
                       Sidecar::textAt(rows.get(), 2, Bookmark::kTextMax),
                       Sidecar::textAt(rows.get(), 3, Bookmark::kTextMax)});
    }
    if (step != SQLITE_DONE) return file_->failure("read");
    return out;
}

absl::StatusOr<std::int64_t> BookmarkStore::add(const Bookmark& bookmark) {
    ARIADNE_RETURN_IF_ERROR(checkTexts(bookmark));
    ARIADNE_RETURN_IF_ERROR(file_->openToWrite());
    ARIADNE_ASSIGN_OR_RETURN(const std::int64_t there,
                             file_->number("SELECT count(*) FROM bookmark"));
    if (there >= static_cast<std::int64_t>(kBookmarksMax))
        return absl::ResourceExhaustedError(file_->path().native() + " holds " +
                                            std::to_string(there) +
                                            " bookmarks, which is as many as there can be; "
                                            "remove some first");
    ARIADNE_ASSIGN_OR_RETURN(
        const Sidecar::Statement row,
        file_->prepared("INSERT INTO bookmark (position, name, note) VALUES (?1, ?2, ?3)"));
    sqlite3_bind_int64(row.get(), 1, static_cast<std::int64_t>(bookmark.position.value));
    Sidecar::bindText(row.get(), 2, bookmark.name);
    Sidecar::bindText(row.get(), 3, bookmark.note);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return file_->lastId();
}

absl::Status BookmarkStore::change(const Bookmark& bookmark) {
    ARIADNE_RETURN_IF_ERROR(checkTexts(bookmark));
    ARIADNE_RETURN_IF_ERROR(file_->openToWrite());
    ARIADNE_ASSIGN_OR_RETURN(
        const Sidecar::Statement row,
        file_->prepared("UPDATE bookmark SET name = ?2, note = ?3 WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, bookmark.id);
    Sidecar::bindText(row.get(), 2, bookmark.name);
    Sidecar::bindText(row.get(), 3, bookmark.note);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return found();
}

absl::Status BookmarkStore::remove(std::int64_t id) {
    ARIADNE_RETURN_IF_ERROR(file_->openToWrite());
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement row,
                             file_->prepared("DELETE FROM bookmark WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, id);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return found();
}

bool BookmarkStore::hasChanged() {
    return file_->hasChanged();
}

absl::Status BookmarkStore::found() {
    return file_->changes() != 0
               ? absl::OkStatus()
               : absl::NotFoundError(
                     "the bookmark is not there any more: it was removed elsewhere");
}

}  // namespace ariadne::studio
