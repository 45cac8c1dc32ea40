#include "studio/session/bookmark_work.h"

#include "studio/session/kept_list.h"

#include <QSaveFile>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr const char* kRevived =
    "it had been removed in another window; it is there again, as it was changed here";

}  // namespace

/// The bookmarks of the open trace.
class BookmarkWork::Kept {
public:
    std::shared_ptr<const Bookmarks> add(Bookmark bookmark) {
        bookmark.id = list_.newId();
        list_.make({[=, this](BookmarkStore& store) { return addTo(store, bookmark); },
                    [=](std::vector<Bookmark>& all) { all.push_back(bookmark); }});
        return answer();
    }

    /// One that was removed elsewhere meanwhile is there again with what was typed.
    std::shared_ptr<const Bookmarks> change(const Bookmark& bookmark) {
        list_.make({[=, this](BookmarkStore& store) {
                        Bookmark changed = bookmark;
                        changed.id = list_.idOf(bookmark.id);
                        const absl::Status status = store.change(changed);
                        if (!absl::IsNotFound(status)) return status;
                        revived_ = true;
                        return addTo(store, bookmark);
                    },
                    [=, this](std::vector<Bookmark>& all) {
                        for (Bookmark& each : all)
                            if (isOne(each.id, bookmark.id))
                                each.name = bookmark.name, each.note = bookmark.note;
                    }});
        return answer();
    }

    std::shared_ptr<const Bookmarks> remove(std::int64_t id) {
        list_.make({[=, this](BookmarkStore& store) {
                        const absl::Status status = store.remove(list_.idOf(id));
                        // It is gone, whoever did it.
                        return absl::IsNotFound(status) ? absl::OkStatus() : status;
                    },
                    [=, this](std::vector<Bookmark>& all) {
                        std::erase_if(all, [&](const Bookmark& e) { return isOne(e.id, id); });
                    }});
        return answer();
    }

    std::shared_ptr<const Bookmarks> again() {
        list_.flush();
        return answer();
    }
    std::shared_ptr<const Bookmarks> present() { return answer(); }
    auto& list() { return list_; }
    void setBefore(KeptBefore before) { before_ = std::move(before); }

private:
    absl::Status addTo(BookmarkStore& store, const Bookmark& bookmark) {
        const absl::StatusOr<std::int64_t> id = store.add(bookmark);
        if (id.ok()) list_.isNow(bookmark.id, *id);
        return id.status();
    }
    bool isOne(std::int64_t shown, std::int64_t wanted) const {
        return list_.idOf(shown) == list_.idOf(wanted);
    }

    std::shared_ptr<const Bookmarks> answer() {
        auto out = std::make_shared<Bookmarks>();
        out->all = list_.items();
        std::stable_sort(
            out->all.begin(), out->all.end(),
            [](const Bookmark& a, const Bookmark& b) { return a.position < b.position; });
        out->problem = list_.problem();
        out->refused = list_.refused();
        if (std::exchange(revived_, false) && out->refused.empty()) out->refused = kRevived;
        out->waiting = list_.waiting();
        out->waitingBefore = before_.waiting;
        out->problemBefore = before_.problem;
        return out;
    }

    KeptList<BookmarkStore, Bookmark> list_;
    KeptBefore before_;
    bool revived_ = false;  ///< a change found that the item had been removed
};

BookmarkWork::BookmarkWork() : kept_(std::make_unique<KeptLists<Kept>>()) {}
BookmarkWork::~BookmarkWork() = default;

void BookmarkWork::open(const std::string& path, const std::string& recording,
                        const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->open(path, recording).present());
        return Again::kNo;
    });
}

void BookmarkWork::add(const Bookmark& bookmark, const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->now().add(bookmark));
        return Again::kNo;
    });
}

void BookmarkWork::change(const Bookmark& bookmark, const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        answer(kept_->now().change(bookmark));
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
        answer(kept_->now().remove(id));
        return Again::kNo;
    });
}

void BookmarkWork::again(const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        kept_->flushBefore();
        answer(kept_->now().again());
        return Again::kNo;
    });
}

void BookmarkWork::look(const Answer& answer) {
    worker_.post(RequestKind::kBookmarks, [=, this](const CancelFlag&) {
        if (!kept_->isStale()) return Again::kNo;
        kept_->flushBefore();
        answer(kept_->now().again());
        return Again::kNo;
    });
}

}  // namespace ariadne::studio
