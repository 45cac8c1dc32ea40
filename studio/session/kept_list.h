// What people note about a trace: in a file beside it, and here as long as it cannot be there.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::studio {

/// What waits of traces that were open before, and why.
struct KeptBefore {
    std::size_t waiting = 0;
    std::string problem;
};

/// Edits are done in the order they came. One that cannot be done in the file waits, with all that
/// came behind it, and counts in what is shown; it is tried again before the next one, and when
/// somebody asks for it. So nothing that a person typed is lost while the list lives.
///
/// Store: open(), all(), hasChanged(), add(), change() and remove() of BookmarkStore. Item: has an
/// id. Threading: thread-confined.
template <class Store, class Item>
class KeptList {
public:
    /// How it is done in the file and in what is shown. `inFile` gets an item of the list by its
    /// id in the file, see idOf().
    struct Edit {
        std::function<absl::Status(Store&)> inFile;
        std::function<void(std::vector<Item>&)> inList;
    };

    /// Once.
    void open(const std::string& path, std::string recording) {
        path_ = path;
        recording_ = std::move(recording);
        flush();
    }
    void make(Edit edit) {
        waiting_.push_back(std::move(edit));
        flush();
    }
    /// At the end.
    void add(Item item) {
        item.id = --ownId_;  // of one that is in no file yet: below zero
        make({[=, this](Store& store) { return addTo(store, item); },
              [=](std::vector<Item>& all) { all.push_back(item); }});
    }
    /// What a person may change of it is taken over by `takeTexts(to, from)`. One that was removed
    /// elsewhere meanwhile is there again with what was typed.
    template <class TakeTexts>
    void change(const Item& item, TakeTexts takeTexts) {
        make({[=, this](Store& store) {
                  Item changed = item;
                  changed.id = idOf(item.id);
                  const absl::Status status = store.change(changed);
                  if (!absl::IsNotFound(status)) return status;
                  revived_ = true;
                  return addTo(store, item);
              },
              [=, this](std::vector<Item>& all) {
                  for (Item& each : all)
                      if (isOne(each, item.id)) takeTexts(each, item);
              }});
    }
    void remove(std::int64_t id) {
        make({[=, this](Store& store) {
                  const absl::Status status = store.remove(idOf(id));
                  // It is gone, whoever did it.
                  return absl::IsNotFound(status) ? absl::OkStatus() : status;
              },
              [=, this](std::vector<Item>& all) {
                  std::erase_if(all, [&](const Item& each) { return isOne(each, id); });
              }});
    }
    /// Tries what waits once more, and reads again.
    void flush() {
        refused_.clear();
        problem_.clear();
        if (!store_) openStore();
        while (store_ && !waiting_.empty()) {
            const absl::Status status = waiting_.front().inFile(*store_);
            // What will never do is not tried again: it would be in the way of all others.
            const bool never = absl::IsResourceExhausted(status) || absl::IsNotFound(status);
            if (!status.ok()) (never ? refused_ : problem_) = std::string{status.message()};
            if (!status.ok() && !never) break;
            waiting_.pop_front();
        }
        if (!store_) return;
        absl::StatusOr<std::vector<Item>> stored = store_->all();
        if (stored.ok())
            stored_ = *std::move(stored);
        else if (problem_.empty())
            problem_ = std::string{stored.status().message()};
    }
    /// Somebody else has written there, or something waits.
    bool isStale() { return !waiting_.empty() || (store_ && store_->hasChanged()); }

    /// Answer: `all` is what is in the file, with what waits; why something waits, or nothing could
    /// be read; `refused`, why the last edit was not done and will not be, or `revived` once when
    /// it brought back what had been removed.
    template <class Answer>
    void tell(Answer& out, const KeptBefore& before, const char* revived) {
        out.all = stored_;
        for (const Edit& edit : waiting_) edit.inList(out.all);
        out.problem = problem_;
        out.refused = refused_;
        if (std::exchange(revived_, false) && out.refused.empty()) out.refused = revived;
        out.waiting = waiting_.size();
        out.waitingBefore = before.waiting;
        out.problemBefore = before.problem;
    }
    std::size_t waiting() const { return waiting_.size(); }
    bool isOf(const std::string& path, const std::string& recording) const {
        return path_ == path && recording_ == recording;
    }
    /// Why something waits, or nothing could be read; empty: neither.
    const std::string& problem() const { return problem_; }
    Store* store() { return store_.get(); }

    /// In the file, of one that may have come there meanwhile.
    std::int64_t idOf(std::int64_t id) const {
        const auto at = known_.find(id);
        return at == known_.end() ? id : at->second;
    }
    bool isOne(const Item& shown, std::int64_t wanted) const {
        return idOf(shown.id) == idOf(wanted);
    }

private:
    absl::Status addTo(Store& store, const Item& item) {
        const absl::StatusOr<std::int64_t> id = store.add(item);
        if (id.ok()) known_[item.id] = *id;
        return id.status();
    }
    void openStore() {
        absl::StatusOr<std::unique_ptr<Store>> opened = Store::open(path_, recording_);
        if (opened.ok())
            store_ = *std::move(opened);
        else
            problem_ = std::string{opened.status().message()};
    }

    std::string path_, recording_;
    std::unique_ptr<Store> store_;  ///< null: it could not be opened
    std::vector<Item> stored_;
    std::deque<Edit> waiting_;
    std::string problem_, refused_;
    std::int64_t ownId_ = 0;
    std::map<std::int64_t, std::int64_t> known_;  ///< of those that have come into the file
    bool revived_ = false;
};

/// The lists of the traces of a session: that of the open one, and those of which something waits.
/// Whoever opens such a trace again finds what waits.
///
/// Kept: list() is its KeptList; again() tries what waits. Threading: thread-confined.
template <class Kept>
class KeptLists {
public:
    Kept& open(const std::string& path, const std::string& recording) {
        if (now_->list().waiting() != 0) now_->list().flush();
        if (now_->list().waiting() != 0) before_.push_back(std::move(now_));
        const auto at = std::find_if(before_.begin(), before_.end(), [&](const auto& each) {
            return each->list().isOf(path, recording);
        });
        if (at != before_.end()) {
            now_ = std::move(*at);
            before_.erase(at);
            now_->list().flush();
        } else {
            now_ = std::make_unique<Kept>();
            now_->list().open(path, recording);
        }
        return now();
    }
    /// Of the open trace; knows what waits of the others.
    Kept& now() {
        KeptBefore before;
        for (const auto& each : before_) {
            before.waiting += each->list().waiting();
            if (before.problem.empty()) before.problem = each->list().problem();
        }
        now_->setBefore(std::move(before));
        return *now_;
    }
    void flushBefore() {
        for (const auto& each : before_) each->list().flush();
        std::erase_if(before_, [](const auto& each) { return each->list().waiting() == 0; });
    }
    bool isStale() { return !before_.empty() || now_->list().isStale(); }

private:
    std::unique_ptr<Kept> now_ = std::make_unique<Kept>();
    std::vector<std::unique_ptr<Kept>> before_;
};

}  // namespace ariadne::studio
