#include "studio/app/thumbnails.h"

#include "studio/models/theme.h"
#include "studio/views/minimap.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QPainter>

#include <utility>

namespace ariadne::studio {
namespace {

/// Twice as many, for screens that have them.
constexpr int kScale = 2;

}  // namespace

Thumbnails::Thumbnails(QString folder, PictureWork& pictures)
    : folder_(std::move(folder)), pictures_(pictures) {}

QString Thumbnails::fileOf(const QString& trace, bool dark) const {
    const QByteArray path = QFileInfo(trace).absoluteFilePath().toUtf8();
    const QByteArray name =
        QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex().left(24);
    return QDir(folder_).filePath(QString::fromLatin1(name) + (dark
                                                                   ? QStringLiteral("-dark.png")
                                                                   : QStringLiteral("-light.png")));
}

void Thumbnails::keep(const QString& trace, const std::shared_ptr<const TraceSummary>& summary,
                      const std::shared_ptr<const LaneIndex>& lanes) {
    const std::uint64_t events = summary->lastPosition.value;
    if (events == 0 || kept_.value(trace) == events) return;
    kept_.insert(trace, events);
    for (const bool dark : {true, false})
        pictures_.keep(overviewOf(summary, lanes, dark), fileOf(trace, dark), kFilesMax, [] {});
}

void Thumbnails::load(const QString& trace, bool dark,
                      const std::function<void(const QImage&)>& answer) {
    pictures_.loadNewer(fileOf(trace, dark), trace, kSize * kScale, answer);
}

QImage overviewOf(const std::shared_ptr<const TraceSummary>& summary,
                  const std::shared_ptr<const LaneIndex>& lanes, bool dark) {
    Minimap map;
    map.setPalette((dark ? Theme::dark() : Theme::light()).palette());
    map.setFixedSize(Thumbnails::kSize);
    map.setBare(true);
    map.setSummary(summary);
    map.setLanes(lanes);
    QImage out(Thumbnails::kSize * kScale, QImage::Format_RGB32);
    out.setDevicePixelRatio(kScale);
    map.render(&out);
    out.setDevicePixelRatio(1);
    return out;
}

}  // namespace ariadne::studio
