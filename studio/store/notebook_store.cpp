#include "studio/store/notebook_store.h"

#include "engine/base/status_macros.h"
#include "studio/store/sidecar.h"

#include <sqlite3.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr const char* kTable = "finding";

absl::Status checkTexts(const Finding& finding) {
    ARIADNE_RETURN_IF_ERROR(Sidecar::checkText("title", finding.title, Finding::kTextMax));
    ARIADNE_RETURN_IF_ERROR(Sidecar::checkText("note", finding.note, Finding::kTextMax));
    return Sidecar::checkText("question", finding.query, Finding::kTextMax);
}

}  // namespace

NotebookStore::NotebookStore(std::unique_ptr<Sidecar> file) : file_(std::move(file)) {}
NotebookStore::~NotebookStore() = default;

absl::StatusOr<std::unique_ptr<NotebookStore>> NotebookStore::open(
    const std::filesystem::path& trace, std::string recording) {
    auto file =
        std::make_unique<Sidecar>(Sidecar::pathOf(trace), std::move(recording), "the notebook");
    ARIADNE_RETURN_IF_ERROR(file->openIfThere());
    return std::unique_ptr<NotebookStore>{new NotebookStore{std::move(file)}};
}

absl::Status NotebookStore::makeTable() {
    ARIADNE_RETURN_IF_ERROR(file_->openToWrite());
    return file_->run(Sidecar::making(Sidecar::kFindingTable).c_str());
}

/// By themselves, so that no more than these are read of whatever is there.
absl::StatusOr<std::vector<std::int64_t>> NotebookStore::ids() {
    std::vector<std::int64_t> out;
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement rows,
                             file_->prepared("SELECT id FROM finding ORDER BY place, id LIMIT ?1"));
    sqlite3_bind_int64(rows.get(), 1, static_cast<std::int64_t>(kFindingsMax));
    int step = 0;
    while ((step = sqlite3_step(rows.get())) == SQLITE_ROW)
        out.push_back(sqlite3_column_int64(rows.get(), 0));
    if (step != SQLITE_DONE) return file_->failure("read");
    return out;
}

absl::StatusOr<Finding> NotebookStore::read(std::int64_t id, std::size_t& picturesBytes) {
    Finding out;
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement row,
                             file_->prepared("SELECT position, title, note, query, length(picture) "
                                             "FROM finding WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, id);
    const int step = sqlite3_step(row.get());
    if (step != SQLITE_ROW && step != SQLITE_DONE) return file_->failure("read");
    if (step == SQLITE_DONE) return out;  // removed meanwhile
    out.id = id;
    out.position = {
        static_cast<std::uint64_t>(std::max<std::int64_t>(sqlite3_column_int64(row.get(), 0), 0))};
    out.title = Sidecar::textAt(row.get(), 1, Finding::kTextMax);
    out.note = Sidecar::textAt(row.get(), 2, Finding::kTextMax);
    out.query = Sidecar::textAt(row.get(), 3, Finding::kTextMax);
    const auto bytes =
        static_cast<std::size_t>(std::max<std::int64_t>(sqlite3_column_int64(row.get(), 4), 0));
    if (bytes == 0) return out;
    if (bytes > Finding::kPictureBytesMax || picturesBytes + bytes > kPicturesBytesMax) {
        ++picturesLeftOut_;
        return out;
    }
    picturesBytes += bytes;
    ARIADNE_ASSIGN_OR_RETURN(out.picture, picture(id, bytes));
    return out;
}

/// It never changes under its id, and nobody has another one's: what was read is not read again.
absl::StatusOr<std::shared_ptr<const std::string>> NotebookStore::picture(std::int64_t id,
                                                                          std::size_t bytes) {
    const auto known = pictures_.find(id);
    if (known != pictures_.end() && known->second->size() == bytes) return known->second;
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement row,
                             file_->prepared("SELECT picture FROM finding WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, id);
    const int step = sqlite3_step(row.get());
    if (step != SQLITE_ROW && step != SQLITE_DONE) return file_->failure("read");
    if (step == SQLITE_DONE) return nullptr;
    const auto* const blob = static_cast<const char*>(sqlite3_column_blob(row.get(), 0));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row.get(), 0));
    if (blob == nullptr || size > Finding::kPictureBytesMax) return nullptr;
    return std::make_shared<const std::string>(std::string_view{blob, size});
}

absl::StatusOr<std::vector<Finding>> NotebookStore::all() {
    std::vector<Finding> out;
    picturesLeftOut_ = 0;
    ARIADNE_RETURN_IF_ERROR(file_->openIfThere());
    if (!file_->isOpen()) return out;
    ARIADNE_ASSIGN_OR_RETURN(const bool isThere, file_->hasTable(kTable));
    if (!isThere) return out;
    ARIADNE_ASSIGN_OR_RETURN(const std::vector<std::int64_t> order, ids());
    if (std::exchange(picturesOf_, file_->openings()) != file_->openings()) pictures_.clear();
    std::size_t picturesBytes = 0;
    for (const std::int64_t id : order) {
        ARIADNE_ASSIGN_OR_RETURN(Finding finding, read(id, picturesBytes));
        if (finding.id != 0) out.push_back(std::move(finding));
    }
    pictures_.clear();
    for (const Finding& each : out)
        if (each.picture) pictures_.emplace(each.id, each.picture);
    return out;
}

absl::StatusOr<std::int64_t> NotebookStore::add(const Finding& finding) {
    ARIADNE_RETURN_IF_ERROR(checkTexts(finding));
    if (finding.picture && finding.picture->size() > Finding::kPictureBytesMax)
        return absl::ResourceExhaustedError(
            "the picture has " + std::to_string(finding.picture->size()) + " bytes, at most " +
            std::to_string(Finding::kPictureBytesMax) +
            " are kept; make the window smaller and take it again");
    ARIADNE_RETURN_IF_ERROR(makeTable());
    ARIADNE_ASSIGN_OR_RETURN(const std::int64_t there,
                             file_->number("SELECT count(*) FROM finding"));
    if (there >= static_cast<std::int64_t>(kFindingsMax))
        return absl::ResourceExhaustedError(file_->path().native() + " holds " +
                                            std::to_string(there) +
                                            " findings, which is as many as there can be; remove "
                                            "some first");
    ARIADNE_ASSIGN_OR_RETURN(
        const Sidecar::Statement row,
        file_->prepared("INSERT INTO finding (place, position, title, note, query, picture) "
                        "SELECT ifnull(max(place), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM finding"));
    sqlite3_bind_int64(row.get(), 1, static_cast<std::int64_t>(finding.position.value));
    Sidecar::bindText(row.get(), 2, finding.title);
    Sidecar::bindText(row.get(), 3, finding.note);
    Sidecar::bindText(row.get(), 4, finding.query);
    if (finding.picture)
        sqlite3_bind_blob(row.get(), 5, finding.picture->data(),
                          static_cast<int>(finding.picture->size()), SQLITE_TRANSIENT);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return file_->lastId();
}

absl::Status NotebookStore::change(const Finding& finding) {
    ARIADNE_RETURN_IF_ERROR(checkTexts(finding));
    ARIADNE_RETURN_IF_ERROR(makeTable());
    ARIADNE_ASSIGN_OR_RETURN(
        const Sidecar::Statement row,
        file_->prepared("UPDATE finding SET title = ?2, note = ?3, query = ?4 WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, finding.id);
    Sidecar::bindText(row.get(), 2, finding.title);
    Sidecar::bindText(row.get(), 3, finding.note);
    Sidecar::bindText(row.get(), 4, finding.query);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return found();
}

absl::Status NotebookStore::remove(std::int64_t id) {
    ARIADNE_RETURN_IF_ERROR(makeTable());
    ARIADNE_ASSIGN_OR_RETURN(const Sidecar::Statement row,
                             file_->prepared("DELETE FROM finding WHERE id = ?1"));
    sqlite3_bind_int64(row.get(), 1, id);
    ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    return found();
}

absl::Status NotebookStore::move(std::int64_t id, std::size_t to) {
    ARIADNE_RETURN_IF_ERROR(makeTable());
    ARIADNE_RETURN_IF_ERROR(file_->run("BEGIN IMMEDIATE"));
    absl::StatusOr<std::vector<std::int64_t>> order = ids();
    if (!order.ok()) return order.status();  // failure() has ended the transaction
    const auto at = std::find(order->begin(), order->end(), id);
    if (at == order->end()) {
        (void)file_->run("ROLLBACK");
        return absl::NotFoundError("the finding is not there any more: it was removed elsewhere");
    }
    order->erase(at);
    order->insert(order->begin() + static_cast<std::ptrdiff_t>(std::min(to, order->size())), id);
    ARIADNE_RETURN_IF_ERROR(place(*order));
    return file_->run("COMMIT");
}

absl::Status NotebookStore::place(const std::vector<std::int64_t>& order) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(
            const Sidecar::Statement row,
            file_->prepared("UPDATE finding SET place = ?2 WHERE id = ?1 AND place <> ?2"));
        sqlite3_bind_int64(row.get(), 1, order[i]);
        sqlite3_bind_int64(row.get(), 2, static_cast<std::int64_t>(i) + 1);
        ARIADNE_RETURN_IF_ERROR(file_->done(row.get()));
    }
    return absl::OkStatus();
}

bool NotebookStore::hasChanged() {
    return file_->hasChanged();
}

absl::Status NotebookStore::found() {
    return file_->changes() != 0
               ? absl::OkStatus()
               : absl::NotFoundError("the finding is not there any more: it was removed elsewhere");
}

}  // namespace ariadne::studio
