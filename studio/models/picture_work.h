// Pictures read, written and made smaller where nobody waits for it.
#pragma once

#include "studio/session/outbox.h"
#include "studio/session/worker.h"

#include <QImage>
#include <QObject>
#include <QSize>
#include <QString>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace ariadne::studio {

/// PNG only. One that has more than kPixelsMax is not read: a few bytes of a file can stand for as
/// many pixels as somebody likes.
///
/// Threading: GUI thread, where answers arrive; none after its end.
class PictureWork final : public QObject {
    Q_OBJECT

public:
    static constexpr qint64 kPixelsMax = 8'000'000;
    using Shown = std::function<void(const QImage&)>;
    using Bytes = std::shared_ptr<const std::string>;

    explicit PictureWork(QObject* parent = nullptr);
    ~PictureWork() override;

    /// At most as large as `most`, never enlarged; null when it is no picture, or too large a one.
    void decode(Bytes png, QSize most, Shown answer);
    void load(const QString& file, QSize most, Shown answer);
    /// Null as well when it is older than another file.
    void loadNewer(const QString& file, const QString& than, QSize most, Shown answer);
    /// At most `bytesMax`, for which it is made smaller; null when not even that helps.
    void encode(const QImage& image, std::size_t bytesMax, std::function<void(Bytes)> answer);
    /// Into a file of a folder that is made for it and keeps the `filesMax` newest pictures.
    void keep(const QImage& image, const QString& file, int filesMax, std::function<void()> answer);

private:
    Outbox outbox_;
    Worker worker_;  ///< last: joined before what its tasks use is gone
};

/// What decode() answers, at once.
QImage pictureOf(const std::string& png, QSize most);

}  // namespace ariadne::studio
