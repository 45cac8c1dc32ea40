// A trace as a document of another format: the walk over its rows, and the pieces on their way.
#pragma once

#include "recorder/export/export.h"

#include <string_view>

namespace ariadne::exports {

/// What the formats share. A format says how a document begins, what a row adds and how it ends.
/// Thread-confined; `history`, `options` and `sink` outlive it.
class Document {
public:
    Document(recorder::History& history, const ExportOptions& options, const Sink& sink)
        : history_(history), options_(options), sink_(sink) {}
    virtual ~Document() = default;
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    /// Call once. Errors of toChrome(); nothing is written of a trace that holds no events.
    absl::StatusOr<Exported> run();

protected:
    virtual void begin() = 0;
    virtual void add(const EventRow& row) = 0;
    virtual void end() = 0;

    void write(std::string_view piece) {
        if (wanted_) wanted_ = sink_(piece);
    }
    /// False once the sink has had enough.
    bool wanted() const { return wanted_; }

    recorder::History& history_;
    const ExportOptions& options_;
    Exported out_;

private:
    /// One chunk in memory at a time. kCancelled: nothing more is wanted; else why reading ended.
    absl::Status addAll();

    const Sink& sink_;
    bool wanted_ = true;
};

}  // namespace ariadne::exports
