// The notebook as a list, as a page of Markdown, and its pictures read and made smaller.
#include "studio/models/notebook_rows.h"
#include "studio/models/picture_work.h"

#include <QAbstractItemModelTester>
#include <QBuffer>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <optional>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;

QImage noise(QSize size) {
    QImage out(size, QImage::Format_RGB32);
    std::uint32_t state = 1;
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            out.setPixel(x, y, (state = state * 1664525 + 1013904223) | 0xFF000000);
    return out;
}

std::shared_ptr<const std::string> pngOf(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "png");
    return std::make_shared<const std::string>(bytes.toStdString());
}

Notebook someNotebook() {
    Notebook out;
    out.all = {{1, {4231}, "The *second* write", "It takes\nback # 1", "SELECT ```1", pngOf({})},
               {2, {0}, "", "", "", nullptr}};
    return out;
}

}  // namespace

class TestNotebookRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findingsAreNumberedInTheirOrder() {
        NotebookRows rows;
        const QAbstractItemModelTester tester{&rows};
        QCOMPARE(rows.rowCount(), 0);
        rows.setNotebook(std::make_shared<const Notebook>(someNotebook()));
        QCOMPARE(rows.rowCount(), 2);
        QCOMPARE(rows.index(0).data().toString(), QStringLiteral("1.  The *second* write"));
        QCOMPARE(rows.index(0).data(NotebookRows::kDetailRole).toString(),
                 QStringLiteral("event 4,231"));
        QCOMPARE(rows.index(1).data().toString(), QStringLiteral("2.  No title"));
        QCOMPARE(rows.rowOf(2), 1);
        QCOMPARE(rows.rowOf(7), -1);
    }

    void aPageHasLinksNotesQuestionsAndPictures() {
        const NotebookPage page = pageOf(someNotebook(), QStringLiteral("/runs/it's.clew"),
                                         QStringLiteral("/out/a b.md"));
        QCOMPARE(QString::fromStdString(page.text),
                 QStringLiteral("# it's\\.clew\n"
                                "\n## 1. The \\*second\\* write\n"
                                "\nevent 4,231: `ariadne studio '/runs/it'\\''s.clew@4231'`\n"
                                "\nIt takes\nback \\# 1\n"
                                "\n````sql\nSELECT ```1\n````\n"
                                "\n![The \\*second\\* write](a%20b-1.png)\n"
                                "\n## 2. No title\n"));
        QCOMPARE(page.pictures.size(), std::size_t{1});
        QCOMPARE(page.pictures[0].file, std::string{"a b-1.png"});
        QCOMPARE(page.file, std::string{"/out/a b.md"});
    }

    void picturesAreReadAndMadeSmaller() {
        const auto png = pngOf(noise({300, 200}));
        QCOMPARE(pictureOf(*png, {600, 600}).size(), QSize(300, 200));
        QCOMPARE(pictureOf(*png, {150, 150}).size(), QSize(150, 100));
        QVERIFY(pictureOf("no picture at all", {150, 150}).isNull());
        QVERIFY(pictureOf("", {150, 150}).isNull());
        QVERIFY(pictureOf("<svg xmlns='http://www.w3.org/2000/svg'/>", {150, 150}).isNull());
    }

    /// 40 bytes that stand for 400 million pixels.
    void aPictureThatSaysItIsHugeIsNotRead() {
        std::string png = *pngOf(QImage(1, 1, QImage::Format_RGB32));
        for (const std::size_t at : {std::size_t{16}, std::size_t{20}})
            png.replace(at, 4, "\0\0N ", 4);
        QVERIFY(pictureOf(png, {150, 150}).isNull());
    }

    void damagedPicturesNeverCrash() {
        const std::string png = *pngOf(noise({40, 30}));
        for (std::size_t at = 0; at < png.size(); at += 7) {
            std::string flipped = png;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
            (void)pictureOf(flipped, {20, 20});
            (void)pictureOf(png.substr(0, at), {20, 20});
        }
    }

    void workIsDoneElsewhereAndAnsweredHere() {
        PictureWork work;
        std::optional<QImage> shown;
        work.decode(pngOf(noise({300, 200})), {30, 30}, [&](const QImage& image) {
            QCOMPARE(QThread::currentThread(), qApp->thread());
            shown = image;
        });
        QVERIFY(!shown);
        QTRY_VERIFY_WITH_TIMEOUT(shown.has_value(), kPatienceMs);
        QCOMPARE(shown->size(), QSize(30, 20));
    }

    void aPictureIsMadeAsSmallAsItHasToBe() {
        PictureWork work;
        std::optional<PictureWork::Bytes> bytes;
        work.encode(noise({400, 400}), 100'000,
                    [&](const PictureWork::Bytes& png) { bytes = png; });
        QTRY_VERIFY_WITH_TIMEOUT(bytes.has_value(), kPatienceMs);
        QVERIFY(*bytes && (*bytes)->size() <= 100'000);
        QVERIFY(!pictureOf(**bytes, {400, 400}).isNull());
        bytes.reset();
        work.encode(noise({400, 400}), 10, [&](const PictureWork::Bytes& png) { bytes = png; });
        QTRY_VERIFY_WITH_TIMEOUT(bytes.has_value(), kPatienceMs);
        QVERIFY(!*bytes);
    }

    void noMoreFilesAreKeptThanThereMayBe() {
        QTemporaryDir folder;
        const QDir dir(folder.filePath(QStringLiteral("thumbnails")));
        PictureWork work;
        int kept = 0;
        for (int i = 0; i < 7; ++i)
            work.keep(noise({8, 8}), dir.filePath(QStringLiteral("%1.png").arg(i)), 4,
                      [&] { ++kept; });
        QTRY_COMPARE_WITH_TIMEOUT(kept, 7, kPatienceMs);
        QCOMPARE(dir.entryList(QDir::Files).size(), 4);
    }

    void oneOfAFileThatChangedSinceIsNotShown() {
        QTemporaryDir folder;
        PictureWork work;
        const QString picture = folder.filePath(QStringLiteral("a.png"));
        const QString trace = folder.filePath(QStringLiteral("a.clew"));
        QFile(trace).open(QIODevice::WriteOnly);
        bool kept = false;
        work.keep(noise({8, 8}), picture, 4, [&] { kept = true; });
        QTRY_VERIFY_WITH_TIMEOUT(kept, kPatienceMs);
        std::optional<QImage> shown;
        const auto take = [&](const QImage& image) { shown = image; };
        work.loadNewer(picture, trace, {8, 8}, take);
        QTRY_VERIFY_WITH_TIMEOUT(shown.has_value(), kPatienceMs);
        QVERIFY(!shown->isNull());
        shown.reset();
        QFile changed(trace);
        QVERIFY(changed.open(QIODevice::ReadWrite));
        QVERIFY(changed.setFileTime(QDateTime::currentDateTime().addSecs(60),
                                    QFileDevice::FileModificationTime));
        work.loadNewer(picture, trace, {8, 8}, take);
        QTRY_VERIFY_WITH_TIMEOUT(shown.has_value(), kPatienceMs);
        QVERIFY(shown->isNull());
    }
};

QTEST_GUILESS_MAIN(TestNotebookRows)
#include "tst_notebook_rows.moc"
