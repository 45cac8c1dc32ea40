// The worker for what was found out about the open trace: in its file, or here as long as that
// cannot be written.
#pragma once

#include "studio/session/results.h"
#include "studio/session/worker.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::studio {

template <class Kept>
class KeptLists;

/// A page of text and the pictures that it shows, which are written beside it or into it.
struct NotebookPage {
    struct Picture {
        std::string file;  ///< name, without a folder; empty: it is written into the text
        std::shared_ptr<const std::string> bytes;
        std::size_t at = 0;  ///< where in the text, as base64; ascending
    };
    std::string file;
    std::string text;
    std::vector<Picture> pictures;
};

/// Threading: thread-safe, but for the constructor and destructor. Answers are called on the
/// worker's thread, each with all there is then.
class NotebookWork {
public:
    using Answer = std::function<void(std::shared_ptr<const Notebook>)>;

    NotebookWork();
    ~NotebookWork();

    /// That of another trace from now on; what could not be written of the one before is
    /// not forgotten, and tried again with again(). `recording`: what tells it from others of that
    /// name.
    void open(const std::string& path, const std::string& recording, const Answer& answer);
    void add(const Finding& finding, const Answer& answer);
    /// Its texts.
    void change(const Finding& finding, const Answer& answer);
    void remove(std::int64_t id, const Answer& answer);
    /// To stand as the one of that number, from 0.
    void move(std::int64_t id, std::size_t to, const Answer& answer);
    /// Tries again what could not be written.
    void again(const Answer& answer);
    /// The same, but without an answer when nothing waits and nobody else has written meanwhile.
    void look(const Answer& answer);
    /// Each file whole or not at all, over those that are there; the page last, so that it never
    /// shows pictures that are not.
    void write(const NotebookPage& page, const std::function<void(CopyReport)>& answer);

private:
    class Kept;
    std::unique_ptr<KeptLists<Kept>> kept_;  ///< the worker's
    Worker worker_;                          ///< last: joined before what it uses is gone
};

}  // namespace ariadne::studio
