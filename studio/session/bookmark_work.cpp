#include "studio/session/bookmark_work.h"

#include <QSaveFile>

#include <algorithm>
#include <utility>

namespace ariadne::studio {

/// The bookmarks of the open trace. When they cannot be kept in a file, they are kept here.
class BookmarkWork::Kept {
public:
    std::shared_ptr<const Bookmarks> open(const std::string& path, std::string recording) {
        all_.clear();
        store_.reset();
        problem_.clear();
        absl::StatusOr<std::unique_ptr<BookmarkStore>> opened =
            BookmarkStore::open(path, std::move(recording));
        if (opened.ok())
            store_ = *std::move(opened);
        else
            fail(opened.status());
        return read();
    }

    std::shared_ptr<const Bookmarks> add(Bookmark bookmark) {
        bookmark.id = --ownId_;
        if (store_ != nullptr) {
            const absl::StatusOr<std::int64_t> id = store_->add(bookmark);
            if (id.ok()) return read();
            fail(id.status());
        }
        all_.push_back(std::move(bookmark));
        return answer();
    }

    std::shared_ptr<const Bookmarks> change(const Bookmark& bookmark) {
        if (store_ != nullptr && bookmark.id > 0) {
            const absl::Status status = store_->change(bookmark);
            if (!absl::IsUnavailable(status)) return read();
            fail(status);
        }
        for (Bookmark& mine : all_)
            if (mine.id == bookmark.id) mine = bookmark;
        return answer();
    }

    std::shared_ptr<const Bookmarks> remove(std::int64_t id) {
        if (store_ != nullptr && id > 0) {
            const absl::Status status = store_->remove(id);
            if (!absl::IsUnavailable(status)) return read();
            fail(status);
        }
        std::erase_if(all_, [&](const Bookmark& mine) { return mine.id == id; });
        return answer();
    }

private:
    /// What is in the file, and what could not be put there.
    std::shared_ptr<const Bookmarks> read() {
        if (store_ == nullptr) return answer();
        absl::StatusOr<std::vector<Bookmark>> stored = store_->all();
        if (!stored.ok()) {
            fail(stored.status());
            return answer();
        }
        std::erase_if(all_, [](const Bookmark& mine) { return mine.id > 0; });
        all_.insert(all_.end(), stored->begin(), stored->end());
        if (std::none_of(all_.begin(), all_.end(),
                         [](const Bookmark& mine) { return mine.id < 0; }))
            problem_.clear();
        return answer();
    }

    std::shared_ptr<const Bookmarks> answer() {
        std::stable_sort(all_.begin(), all_.end(), [](const Bookmark& a, const Bookmark& b) {
            return a.position < b.position;
        });
        auto out = std::make_shared<Bookmarks>();
        out->all = all_;
        out->problem = problem_;
        return out;
    }

    void fail(const absl::Status& status) { problem_ = std::string(status.message()); }

    std::unique_ptr<BookmarkStore> store_;
    std::vector<Bookmark> all_;
    std::string problem_;
    std::int64_t ownId_ = 0;  ///< of those that are in no file: below zero
};

BookmarkWork::BookmarkWork() : kept_(std::make_unique<Kept>()) {}
BookmarkWork::~BookmarkWork() = default;

void BookmarkWork::open(const std::string& path, const std::string& recording,
                        const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->open(path, recording));
        return Again::kNo;
    });
}

void BookmarkWork::add(const Bookmark& bookmark, const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->add(bookmark));
        return Again::kNo;
    });
}

void BookmarkWork::change(const Bookmark& bookmark, const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->change(bookmark));
        return Again::kNo;
    });
}

void BookmarkWork::write(const std::string& file, const std::string& text,
                         const std::function<void(CopyReport)>& answer) {
    worker_.post(RequestKind::kCopy, [=](const CancelFlag&) {
        QSaveFile out(QString::fromStdString(file));
        const auto size = static_cast<qint64>(text.size());
        const bool written =
            out.open(QIODevice::WriteOnly) && out.write(text.data(), size) == size && out.commit();
        answer({file, written ? std::string{} : out.errorString().toStdString()});
        return Again::kNo;
    });
}

void BookmarkWork::remove(std::int64_t id, const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->remove(id));
        return Again::kNo;
    });
}

}  // namespace ariadne::studio
