// The worker for bookmarks: the disk may be slow, and the window does not wait for it.
#pragma once

#include "studio/session/results.h"
#include "studio/session/worker.h"
#include "studio/store/bookmark_store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ariadne::studio {

template <class Kept>
class KeptLists;

/// Threading: thread-safe. Every request is carried out, in the order they came; the answer to each
/// are all bookmarks there are then, called on the worker's thread.
class BookmarkWork {
public:
    using Answer = std::function<void(std::shared_ptr<const Bookmarks>)>;

    BookmarkWork();
    ~BookmarkWork();

    /// Those of another trace from now on; what could not be written of the one before is
    /// not forgotten, and tried again with again(). `recording`: what tells it from others of that
    /// name.
    void open(const std::string& path, const std::string& recording, const Answer& answer);
    void add(const Bookmark& bookmark, const Answer& answer);
    void change(const Bookmark& bookmark, const Answer& answer);
    void remove(std::int64_t id, const Answer& answer);
    /// Tries again what could not be written.
    void again(const Answer& answer);
    /// The same, but without an answer when nothing waits and nobody else has written meanwhile.
    void look(const Answer& answer);
    /// Puts `text` into `file`, whole or not at all; over one that is there.
    void write(const std::string& file, const std::string& text,
               const std::function<void(CopyReport)>& answer);

private:
    class Kept;
    std::unique_ptr<KeptLists<Kept>> kept_;  ///< the worker's
    Worker worker_;                          ///< last: joined before what it uses is gone
};

}  // namespace ariadne::studio
