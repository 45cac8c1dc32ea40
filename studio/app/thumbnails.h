// Small pictures of traces that were open, for the welcome page; kept where a cache is.
#pragma once

#include "studio/models/picture_work.h"
#include "studio/session/results.h"

#include <QHash>
#include <QImage>
#include <QSize>
#include <QString>

#include <functional>
#include <memory>

namespace ariadne::studio {

/// What is kept may be thrown away at any time: it is made again when its trace is open. Of more
/// than kFilesMax pictures the oldest go.
///
/// Threading: GUI thread, which waits for no file.
class Thumbnails {
public:
    static constexpr QSize kSize{168, 40};
    static constexpr int kFilesMax = 64;

    Thumbnails(QString folder, PictureWork& pictures);

    /// Draws them of an overview of the trace, in both themes, unless it was done for as many
    /// events already.
    void keep(const QString& trace, const std::shared_ptr<const TraceSummary>& summary,
              const std::shared_ptr<const LaneIndex>& lanes);
    /// Answers with a null picture when there is none, or none of the trace as it is now.
    void load(const QString& trace, bool dark, const std::function<void(const QImage&)>& answer);

    /// Where that of a trace is kept.
    QString fileOf(const QString& trace, bool dark) const;

private:
    QString folder_;
    PictureWork& pictures_;
    QHash<QString, std::uint64_t> kept_;  ///< by trace: its events then
};

/// The overview of a trace as a picture.
QImage overviewOf(const std::shared_ptr<const TraceSummary>& summary,
                  const std::shared_ptr<const LaneIndex>& lanes, bool dark);

}  // namespace ariadne::studio
