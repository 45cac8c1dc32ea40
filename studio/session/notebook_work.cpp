#include "studio/session/notebook_work.h"

#include "studio/session/kept_list.h"

#include <QByteArray>
#include <QFileInfo>
#include <QSaveFile>
#include <QString>

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr const char* kRevived =
    "it had been removed in another window; it is there again, at the end, as it was changed here";

/// Empty: it is there.
std::string written(const QString& file, const std::string& bytes) {
    QSaveFile out(file);
    const auto size = static_cast<qint64>(bytes.size());
    const bool done =
        out.open(QIODevice::WriteOnly) && out.write(bytes.data(), size) == size && out.commit();
    return done ? std::string{}
                : QFileInfo(file).fileName().toStdString() + ": " + out.errorString().toStdString();
}

/// The text with the pictures that are written into it.
std::string wholeText(const NotebookPage& page) {
    std::string out;
    std::size_t from = 0;
    for (const NotebookPage::Picture& picture : page.pictures) {
        if (!picture.file.empty()) continue;
        out.append(page.text, from, picture.at - from);
        const auto size = static_cast<qsizetype>(picture.bytes->size());
        out += QByteArray::fromRawData(picture.bytes->data(), size).toBase64().toStdString();
        from = picture.at;
    }
    out.append(page.text, from);
    return out;
}

}  // namespace

/// The notebook of the open trace.
class NotebookWork::Kept {
public:
    std::shared_ptr<const Notebook> add(const Finding& finding) {
        list_.add(finding);
        return answer();
    }
    std::shared_ptr<const Notebook> change(const Finding& finding) {
        list_.change(finding, [](Finding& to, const Finding& from) {
            to.title = from.title;
            to.note = from.note;
            to.query = from.query;
        });
        return answer();
    }
    std::shared_ptr<const Notebook> remove(std::int64_t id) {
        list_.remove(id);
        return answer();
    }
    std::shared_ptr<const Notebook> move(std::int64_t id, std::size_t to) {
        list_.make(
            {[=, this](NotebookStore& store) { return store.move(list_.idOf(id), to); },
             [=, this](std::vector<Finding>& all) {
                 const auto at = std::find_if(all.begin(), all.end(), [&](const Finding& each) {
                     return list_.isOne(each, id);
                 });
                 if (at == all.end()) return;
                 Finding moved = std::move(*at);
                 all.erase(at);
                 all.insert(all.begin() + static_cast<std::ptrdiff_t>(std::min(to, all.size())),
                            std::move(moved));
             }});
        return answer();
    }
    std::shared_ptr<const Notebook> again() {
        list_.flush();
        return answer();
    }
    std::shared_ptr<const Notebook> present() { return answer(); }
    auto& list() { return list_; }
    void setBefore(KeptBefore before) { before_ = std::move(before); }

private:
    std::shared_ptr<const Notebook> answer() {
        auto out = std::make_shared<Notebook>();
        list_.tell(*out, before_, kRevived);
        out->picturesLeftOut = list_.store() != nullptr ? list_.store()->picturesLeftOut() : 0;
        return out;
    }

    KeptList<NotebookStore, Finding> list_;
    KeptBefore before_;
};

NotebookWork::NotebookWork() : kept_(std::make_unique<KeptLists<Kept>>()) {}
NotebookWork::~NotebookWork() = default;

void NotebookWork::open(const std::string& path, const std::string& recording,
                        const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        answer(kept_->open(path, recording).present());
        return Again::kNo;
    });
}

void NotebookWork::add(const Finding& finding, const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        answer(kept_->now().add(finding));
        return Again::kNo;
    });
}

void NotebookWork::change(const Finding& finding, const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        answer(kept_->now().change(finding));
        return Again::kNo;
    });
}

void NotebookWork::remove(std::int64_t id, const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        answer(kept_->now().remove(id));
        return Again::kNo;
    });
}

void NotebookWork::move(std::int64_t id, std::size_t to, const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        answer(kept_->now().move(id, to));
        return Again::kNo;
    });
}

void NotebookWork::again(const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        kept_->flushBefore();
        answer(kept_->now().again());
        return Again::kNo;
    });
}

void NotebookWork::look(const Answer& answer) {
    worker_.post(RequestKind::kNotebook, [=, this](const CancelFlag&) {
        if (!kept_->isStale()) return Again::kNo;
        kept_->flushBefore();
        answer(kept_->now().again());
        return Again::kNo;
    });
}

void NotebookWork::write(const NotebookPage& page, const std::function<void(CopyReport)>& answer) {
    worker_.post(RequestKind::kCopy, [=](const CancelFlag&) {
        const QString file = QString::fromStdString(page.file);
        const QString folder = QFileInfo(file).absolutePath();
        std::string error;
        for (const NotebookPage::Picture& picture : page.pictures) {
            if (!error.empty()) break;
            if (picture.file.empty()) continue;
            error = written(folder + QLatin1Char('/') + QString::fromStdString(picture.file),
                            *picture.bytes);
        }
        if (error.empty()) error = written(file, wholeText(page));
        answer({page.file, error});
        return Again::kNo;
    });
}

}  // namespace ariadne::studio
