#include "studio/session/notebook_work.h"

#include "studio/session/kept_list.h"

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

}  // namespace

/// The notebook of the open trace.
class NotebookWork::Kept {
public:
    std::shared_ptr<const Notebook> add(Finding finding) {
        finding.id = list_.newId();
        list_.make({[=, this](NotebookStore& store) { return addTo(store, finding); },
                    [=](std::vector<Finding>& all) { all.push_back(finding); }});
        return answer();
    }

    /// One that was removed elsewhere meanwhile is there again with what was typed.
    std::shared_ptr<const Notebook> change(const Finding& finding) {
        list_.make({[=, this](NotebookStore& store) {
                        Finding changed = finding;
                        changed.id = list_.idOf(finding.id);
                        const absl::Status status = store.change(changed);
                        if (!absl::IsNotFound(status)) return status;
                        revived_ = true;
                        return addTo(store, finding);
                    },
                    [=, this](std::vector<Finding>& all) {
                        for (Finding& each : all) {
                            if (!isOne(each.id, finding.id)) continue;
                            each.title = finding.title;
                            each.note = finding.note;
                            each.query = finding.query;
                        }
                    }});
        return answer();
    }

    std::shared_ptr<const Notebook> remove(std::int64_t id) {
        list_.make({[=, this](NotebookStore& store) {
                        const absl::Status status = store.remove(list_.idOf(id));
                        // It is gone, whoever did it.
                        return absl::IsNotFound(status) ? absl::OkStatus() : status;
                    },
                    [=, this](std::vector<Finding>& all) {
                        std::erase_if(all, [&](const Finding& e) { return isOne(e.id, id); });
                    }});
        return answer();
    }

    std::shared_ptr<const Notebook> move(std::int64_t id, std::size_t to) {
        list_.make({[=, this](NotebookStore& store) { return store.move(list_.idOf(id), to); },
                    [=, this](std::vector<Finding>& all) {
                        const auto at =
                            std::find_if(all.begin(), all.end(),
                                         [&](const Finding& each) { return isOne(each.id, id); });
                        if (at == all.end()) return;
                        Finding moved = std::move(*at);
                        all.erase(at);
                        all.insert(
                            all.begin() + static_cast<std::ptrdiff_t>(std::min(to, all.size())),
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
    absl::Status addTo(NotebookStore& store, const Finding& finding) {
        const absl::StatusOr<std::int64_t> id = store.add(finding);
        if (id.ok()) list_.isNow(finding.id, *id);
        return id.status();
    }
    bool isOne(std::int64_t shown, std::int64_t wanted) const {
        return list_.idOf(shown) == list_.idOf(wanted);
    }

    std::shared_ptr<const Notebook> answer() {
        auto out = std::make_shared<Notebook>();
        out->all = list_.items();
        out->picturesLeftOut = list_.store() != nullptr ? list_.store()->picturesLeftOut() : 0;
        out->problem = list_.problem();
        out->refused = list_.refused();
        if (std::exchange(revived_, false) && out->refused.empty()) out->refused = kRevived;
        out->waiting = list_.waiting();
        out->waitingBefore = before_.waiting;
        out->problemBefore = before_.problem;
        return out;
    }

    KeptList<NotebookStore, Finding> list_;
    KeptBefore before_;
    bool revived_ = false;  ///< a change found that the item had been removed
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
            error = written(folder + QLatin1Char('/') + QString::fromStdString(picture.file),
                            *picture.bytes);
        }
        if (error.empty()) error = written(file, page.text);
        answer({page.file, error});
        return Again::kNo;
    });
}

}  // namespace ariadne::studio
