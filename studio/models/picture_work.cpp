#include "studio/models/picture_work.h"

#include <QBuffer>
#include <QByteArray>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QSaveFile>

#include <utility>

namespace ariadne::studio {
namespace {

constexpr const char* kFormat = "png";
constexpr int kAttempts = 6;
constexpr double kShrink = 0.7;

QImage read(QIODevice& from, QSize most) {
    QImageReader reader(&from, kFormat);
    reader.setAutoDetectImageFormat(false);
    const QSize size = reader.size();
    const qint64 pixels = qint64{size.width()} * size.height();
    if (!size.isValid() || pixels <= 0 || pixels > PictureWork::kPixelsMax) return {};
    QImage out = reader.read();
    if (out.isNull() || (out.width() <= most.width() && out.height() <= most.height())) return out;
    return out.scaled(most, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

QByteArray pngOf(const QImage& image) {
    QByteArray out;
    QBuffer buffer(&out);
    buffer.open(QIODevice::WriteOnly);
    return image.save(&buffer, kFormat) ? out : QByteArray();
}

/// A folder that only grows is one that somebody has to tidy.
void removeOld(const QDir& folder, int filesMax) {
    const QFileInfoList files =
        folder.entryInfoList({QStringLiteral("*.png")}, QDir::Files, QDir::Time);
    for (qsizetype i = filesMax; i < files.size(); ++i) QFile::remove(files[i].filePath());
}

}  // namespace

PictureWork::PictureWork(QObject* parent) : QObject(parent), outbox_(*this) {}
PictureWork::~PictureWork() = default;

QImage pictureOf(const std::string& png, QSize most) {
    const auto size = static_cast<qsizetype>(png.size());
    QByteArray bytes = QByteArray::fromRawData(png.data(), size);
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    return read(buffer, most);
}

void PictureWork::decode(Bytes png, QSize most, Shown answer) {
    worker_.post(RequestKind::kPicture, [=, this, png = std::move(png)](const CancelFlag&) {
        const QImage image = pictureOf(*png, most);
        outbox_.post([=] { answer(image); });
        return Again::kNo;
    });
}

void PictureWork::load(const QString& file, QSize most, Shown answer) {
    worker_.post(RequestKind::kPicture, [=, this](const CancelFlag&) {
        QFile from(file);
        const QImage image = from.open(QIODevice::ReadOnly) ? read(from, most) : QImage();
        outbox_.post([=] { answer(image); });
        return Again::kNo;
    });
}

void PictureWork::loadNewer(const QString& file, const QString& than, QSize most, Shown answer) {
    worker_.post(RequestKind::kPicture, [=, this](const CancelFlag&) {
        const QFileInfo picture(file), other(than);
        const bool holds =
            picture.exists() && other.exists() && picture.lastModified() >= other.lastModified();
        QFile from(file);
        const QImage image = holds && from.open(QIODevice::ReadOnly) ? read(from, most) : QImage();
        outbox_.post([=] { answer(image); });
        return Again::kNo;
    });
}

void PictureWork::encode(const QImage& image, std::size_t bytesMax,
                         std::function<void(Bytes)> answer) {
    worker_.post(RequestKind::kPicture, [=, this](const CancelFlag& cancelled) {
        QImage smaller = image;
        smaller.setDevicePixelRatio(1);
        Bytes out;
        for (int i = 0; i < kAttempts && !out && !cancelled; ++i) {
            const QByteArray bytes = pngOf(smaller);
            if (!bytes.isEmpty() && static_cast<std::size_t>(bytes.size()) <= bytesMax)
                out = std::make_shared<const std::string>(bytes.toStdString());
            else
                smaller = smaller.scaled(smaller.size() * kShrink, Qt::KeepAspectRatio,
                                         Qt::SmoothTransformation);
        }
        outbox_.post([=] { answer(out); });
        return Again::kNo;
    });
}

void PictureWork::keep(const QImage& image, const QString& file, int filesMax,
                       std::function<void()> answer) {
    worker_.post(RequestKind::kPicture, [=, this](const CancelFlag&) {
        const QDir folder = QFileInfo(file).absoluteDir();
        folder.mkpath(QStringLiteral("."));
        QSaveFile out(file);
        const QByteArray bytes = pngOf(image);
        // A picture that cannot be kept is one that is not shown: nobody has to be told.
        if (out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size() && out.commit())
            removeOld(folder, filesMax);
        outbox_.post(answer);
        return Again::kNo;
    });
}

}  // namespace ariadne::studio
