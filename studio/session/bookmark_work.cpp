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
    std::shared_ptr<const Bookmarks> add(const Bookmark& bookmark) {
        list_.add(bookmark);
        return answer();
    }
    std::shared_ptr<const Bookmarks> change(const Bookmark& bookmark) {
        list_.change(bookmark, [](Bookmark& to, const Bookmark& from) {
            to.name = from.name;
            to.note = from.note;
        });
        return answer();
    }
    std::shared_ptr<const Bookmarks> remove(std::int64_t id) {
        list_.remove(id);
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
    std::shared_ptr<const Bookmarks> answer() {
        auto out = std::make_shared<Bookmarks>();
        list_.tell(*out, before_, kRevived);
        std::stable_sort(
            out->all.begin(), out->all.end(),
            [](const Bookmark& a, const Bookmark& b) { return a.position < b.position; });
        return out;
    }

    KeptList<BookmarkStore, Bookmark> list_;
    KeptBefore before_;
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
