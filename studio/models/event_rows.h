// Pages of the event table: a bounded cache in front of the session.
#pragma once

#include "studio/session/results.h"

#include <QObject>

#include <list>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace ariadne::studio {

/// Rows by number, kPageRows at a time. A row that is not here is asked for once and drawn when it
/// comes. At most kPagesMax pages are kept; the least recently looked at goes first.
/// Threading: GUI thread.
class EventRows final : public QObject {
    Q_OBJECT

public:
    static constexpr std::uint32_t kPageRows = 256;
    static constexpr std::size_t kPagesMax = 64;

    using QObject::QObject;

    /// Of another generation: everything kept is dropped.
    void setCount(const RowCount& count);
    const RowCount& count() const { return count_; }

    /// The line of that row, or null; then pageWanted() has been or was emitted.
    const EventLine* line(std::uint64_t row);
    /// The same without asking for it.
    const EventLine* lineIfHere(std::uint64_t row) const;

    /// Takes a page of this generation; others are ignored.
    void insert(std::shared_ptr<const EventPage> page);
    void clear();

    std::size_t pageCount() const { return pages_.size(); }

Q_SIGNALS:
    void pageWanted(quint64 firstRow, quint32 count);
    void changed();

private:
    struct Kept {
        std::shared_ptr<const EventPage> page;
        std::list<std::uint64_t>::iterator age;
        bool namesUnborn = false;  ///< in some line
        bool isOld = false;        ///< it does, and the table has changed since
    };
    /// A page that was cut short because the table has grown since is asked for again.
    bool isShort(const EventPage& page) const;
    void want(std::uint64_t number);

    RowCount count_;
    std::list<std::uint64_t> ages_;  ///< page numbers, newest first
    std::unordered_map<std::uint64_t, Kept> pages_;
    std::unordered_set<std::uint64_t> asked_;
};

}  // namespace ariadne::studio
