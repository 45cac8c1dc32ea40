// What people found out about a trace, in their order: beside it, in the file of its bookmarks.
#pragma once

#include "engine/base/ids.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

class Sidecar;

/// Texts are UTF-8, at most kTextMax bytes.
struct Finding {
    std::int64_t id = 0;  ///< given by the store
    Position position;    ///< 0: of no moment
    std::string title;
    std::string note;
    std::string query;                           ///< SQL; empty: none
    std::shared_ptr<const std::string> picture;  ///< PNG; null: none, or it was left out
    static constexpr std::size_t kTextMax = 64u << 10;
    static constexpr std::size_t kPictureBytesMax = 1u << 20;
};

/// The findings of one trace. The table comes with the first of them, so that a file without any is
/// the same as that of an older Ariadne. It may have been sent by somebody else: nothing in it is
/// executed, and no more is read than the limits say.
///
/// Threading: thread-confined. Several processes may have it open.
class NotebookStore {
public:
    static constexpr std::size_t kFindingsMax = 500;
    static constexpr std::size_t kPicturesBytesMax = 64u << 20;  ///< of all that are read

    /// Errors of Sidecar::openIfThere().
    static absl::StatusOr<std::unique_ptr<NotebookStore>> open(const std::filesystem::path& trace,
                                                               std::string recording);
    ~NotebookStore();

    /// In their order.
    absl::StatusOr<std::vector<Finding>> all();
    /// Of the last all(): pictures that are there and were not read, being too large or too many.
    std::uint64_t picturesLeftOut() const { return picturesLeftOut_; }

    /// Behind all others. Its id. kResourceExhausted: there are kFindingsMax, or a text or the
    /// picture is larger than one may be; kUnavailable: it cannot be written, and why.
    absl::StatusOr<std::int64_t> add(const Finding& finding);
    /// Its texts; kResourceExhausted: one is too long, and all stay as they were; kNotFound:
    /// somebody else has removed it. So do the others.
    absl::Status change(const Finding& finding);
    absl::Status remove(std::int64_t id);
    /// To stand as the one of that number, or the last one. All or nothing.
    absl::Status move(std::int64_t id, std::size_t to);
    /// Somebody else has written into the file since this was asked last, or made it.
    bool hasChanged();

private:
    explicit NotebookStore(std::unique_ptr<Sidecar> file);
    absl::Status makeTable();
    absl::StatusOr<std::vector<std::int64_t>> ids();
    absl::StatusOr<Finding> read(std::int64_t id, std::size_t& picturesBytes);
    absl::StatusOr<std::shared_ptr<const std::string>> picture(std::int64_t id, std::size_t bytes);
    absl::Status found();
    absl::Status place(const std::vector<std::int64_t>& order);

    std::unique_ptr<Sidecar> file_;
    std::uint64_t picturesLeftOut_ = 0;
    std::map<std::int64_t, std::shared_ptr<const std::string>> pictures_;  ///< of the last all()
    std::uint64_t picturesOf_ = 0;  ///< which opening of the file they are of
};

}  // namespace ariadne::studio
