// The notebook as a list, as a page for others, and its pictures read and made smaller.
#include "studio/models/notebook_page.h"
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
#include <QXmlStreamReader>

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

/// What a reader makes of a page: "<p>text</p>", an element per line, without its attributes; what
/// they say is in `attributes`, "src: data:...". A page that it cannot read ends in why.
QString readBy(const QString& html, QStringList& attributes) {
    QString out;
    QXmlStreamReader reader(html);
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
            case QXmlStreamReader::StartElement:
                out += QStringLiteral("<%1>").arg(reader.name());
                for (const QXmlStreamAttribute& each : reader.attributes())
                    attributes << QStringLiteral("%1: %2").arg(each.name(), each.value());
                break;
            case QXmlStreamReader::EndElement:
                out += QStringLiteral("</%1>").arg(reader.name());
                break;
            case QXmlStreamReader::Characters: out += reader.text(); break;
            default: break;
        }
    }
    return out + reader.errorString();
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

    void aPageOfHtmlHasItsPicturesInside() {
        const NotebookPage page = pageOf(someNotebook(), QStringLiteral("/runs/it's.clew"),
                                         QStringLiteral("/out/a b.HTML"));
        QStringList attributes;
        const QString read = readBy(QString::fromStdString(page.text), attributes);
        QVERIFY2(read.endsWith(QStringLiteral(
                     "<body>\n<h1>it's.clew</h1>\n"
                     "\n<h2>1. <bdi>The *second* write</bdi></h2>\n"
                     "<p>event 4,231: <code><bdi>ariadne studio '/runs/it'\\''s.clew@4231'</bdi>"
                     "</code></p>\n"
                     "<p>It takes\nback # 1</p>\n"
                     "<pre><code>SELECT ```1</code></pre>\n"
                     "<p><img></img></p>\n"
                     "\n<h2>2. <bdi>No title</bdi></h2>\n"
                     "</body>\n</html>")),
                 qPrintable(read));
        // The picture stands where its element has it, and nowhere beside.
        QCOMPARE(page.pictures.size(), std::size_t{1});
        QCOMPARE(page.pictures[0].file, std::string{});
        const std::string begin = "src=\"data:image/png;base64,";
        QVERIFY(std::string_view{page.text}.substr(0, page.pictures[0].at).ends_with(begin));
        QVERIFY(std::string_view{page.text}.substr(page.pictures[0].at).starts_with("\"/>"));
    }

    void whateverIsSaidIsTextInAPageOfHtml() {
        const char* const hostile[] = {"<script>alert(1)</script>",
                                       "\" onerror=\"alert(1)\" x=\"",
                                       "</code></pre></title></style><script>",
                                       "<!-- ]]> &lt; &#60;script&#62; %1 %2",
                                       "'><img src=x onerror=alert(1)>",
                                       "javascript:alert(1) \xE2\x80\xAE"};
        for (const char* each : hostile) {
            Notebook notebook;
            notebook.all = {{1, {7}, each, each, each, pngOf(QImage(2, 2, QImage::Format_RGB32))}};
            const QString text = QString::fromUtf8(each);
            QString name = text;
            name.replace(QLatin1Char('/'), QLatin1Char('_'));
            const NotebookPage page =
                pageOf(notebook, QStringLiteral("/runs/") + name, QStringLiteral("/out/page.html"));
            QStringList attributes;
            const QString read = readBy(QString::fromStdString(page.text), attributes);
            QString shell = QStringLiteral("/runs/") + name;
            shell.replace(QLatin1Char('\''), QStringLiteral("'\\''"));
            const QString expected =
                QStringLiteral(
                    "<body>\n<h1>%1</h1>\n\n<h2>1. <bdi>%2</bdi></h2>\n"
                    "<p>event 7: <code><bdi>ariadne studio '%3@7'</bdi></code></p>\n"
                    "<p>%2</p>\n<pre><code>%2</code></pre>\n"
                    "<p><img></img></p>\n</body>\n</html>")
                    .arg(name, text, shell);
            QVERIFY2(read.endsWith(expected), qPrintable(read));
            QVERIFY(read.contains(QStringLiteral("<title>%1</title>").arg(name)));
            QVERIFY(attributes.contains(QStringLiteral("alt: ") + text));
            QVERIFY(attributes.contains(QStringLiteral("src: data:image/png;base64,")));
            for (const QString& attribute : attributes)
                QVERIFY2(!attribute.startsWith(QStringLiteral("on")), qPrintable(attribute));
        }
        // What no page may hold is a mark that something was there.
        Notebook control;
        control.all = {{1, {0}, "a\x1b[31m", std::string("b\0c\nd", 5), "", nullptr}};
        const QString page = QString::fromStdString(
            pageOf(control, QStringLiteral("/x.clew"), QStringLiteral("/x.htm")).text);
        QVERIFY2(page.contains(QStringLiteral("<bdi>a\uFFFD[31m</bdi>")), qPrintable(page));
        QVERIFY2(page.contains(QStringLiteral(">b\uFFFDc\nd</p>")), qPrintable(page));
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
