// Every pane looks as it did when somebody last looked at it: `./dev screenshots`.
#include "recorder/program_run.h"
#include "studio/app/main_window.h"
#include "studio/app/screenshots.h"
#include "studio/app/theme_choice.h"
#include "studio/models/text.h"
#include "tests/support/picture_diff.h"

#include <QDir>
#include <QFontDatabase>
#include <QHash>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

constexpr int kPatienceMs = 60'000;
/// Of what is kept: half as wide and high as on screen.
constexpr int kShrink = 2;

QImage shrunk(const QImage& image) {
    return image.scaled(image.size() / kShrink, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
        .convertToFormat(QImage::Format_RGB32);
}

/// What a picture may become, and whether that is another one.
struct Change {
    const char* name;
    bool same;
    void (*make)(QImage& image, const QImage& otherTheme);
};

/// The colour that most of it has.
QColor groundOf(const QImage& image) {
    QHash<QRgb, int> count;
    QRgb most = image.pixel(0, 0);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            if (++count[image.pixel(x, y)] > count[most]) most = image.pixel(x, y);
    return QColor(most);
}

/// A letter here and there in another weight: all ink a sixth thinner.
void thinner(QImage& image, const QImage&) {
    const QColor ground = groundOf(image);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QColor c = image.pixelColor(x, y);
            image.setPixelColor(
                x, y,
                QColor((5 * c.red() + ground.red()) / 6, (5 * c.green() + ground.green()) / 6,
                       (5 * c.blue() + ground.blue()) / 6));
        }
}

void moved(QImage& image, const QImage&) {
    image = image.copy(-1, -1, image.width(), image.height());
    QPainter painter(&image);
    painter.drawImage(0, 0, image.copy(1, 1, image.width() - 1, image.height() - 1));
}

void withoutLowerHalf(QImage& image, const QImage&) {
    QPainter painter(&image);
    painter.fillRect(0, image.height() / 2, image.width(), image.height(), groundOf(image));
}

void cutOff(QImage& image, const QImage&) {
    QPainter painter(&image);
    painter.fillRect(image.width() / 4, 0, image.width() / 4, image.height(), groundOf(image));
}

void empty(QImage& image, const QImage&) {
    image.fill(groundOf(image));
}

void otherTheme(QImage& image, const QImage& other) {
    image = other;
}

void oneLineLower(QImage& image, const QImage&) {
    const QImage before = image.copy();
    QPainter painter(&image);
    painter.drawImage(0, 11, before);
}

constexpr Change kChanges[] = {{"the same", true, [](QImage&, const QImage&) {}},
                               {"thinner letters", true, thinner},
                               {"letters a pixel away", true, moved},
                               {"the lower half is missing", false, withoutLowerHalf},
                               {"a column is cut off", false, cutOff},
                               {"the pane is empty", false, empty},
                               {"the other theme", false, otherTheme},
                               {"a line too low", false, oneLineLower}};

}  // namespace

/// ARIADNE_PICTURES=FOLDER writes there what was drawn and, where it differs, what was expected and
/// the difference. With ARIADNE_ACCEPT_PICTURES=1 what was drawn is what is expected from then on.
class TestPictures : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::vector<PanePicture> pictures_;

    static QDir kept() { return QDir(QStringLiteral(ARIADNE_PICTURES_KEPT)); }
    QString output() const {
        const QString asked = qEnvironmentVariable("ARIADNE_PICTURES");
        const QString out =
            asked.isEmpty() ? QDir::current().filePath(QStringLiteral("pictures")) : asked;
        QDir().mkpath(out);
        return out;
    }
    const QImage& picture(const QString& name) const {
        for (const PanePicture& each : pictures_)
            if (each.name == name) return each.image;
        qFatal("no picture %s", qPrintable(name));
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* family : {"Inter", "JetBrains Mono"})
            if (!QFontDatabase::families().contains(QString::fromLatin1(family)))
                QSKIP("without its fonts the studio looks another way; ./dev test installs them");
        recorder::RunRequest request;
        request.program = "bookings";
        request.args = {{"forget", "true"}};
        request.file = folder_.filePath(QStringLiteral("bookings.clew")).toStdString();
        auto run = recorder::ProgramRun::start(request);
        QVERIFY(run.ok());
        while ((*run)->step()) {
        }
        QVERIFY((*run)->finish("").ok());
        prepareLook();
        MainWindow window(folder_.filePath(QStringLiteral("studio.ini")));
        window.resize(1500, 940);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.openFile(QString::fromStdString(request.file->string()));
        QTRY_VERIFY_WITH_TIMEOUT(window.summary() && (window.repaint(), window.isSettled()),
                                 kPatienceMs);
        pictures_ = picturesOfPanes(window);
        for (PanePicture& each : pictures_) each.image = shrunk(each.image);
    }

    void panesLookAsTheyDid() {
        const bool accept = qEnvironmentVariableIntValue("ARIADNE_ACCEPT_PICTURES") != 0;
        const QDir out(output());
        if (!accept && kept().entryList({QStringLiteral("*.png")}).isEmpty())
            QSKIP("nobody has kept pictures yet: ./dev screenshots --accept");
        QStringList wrong;
        for (const PanePicture& each : pictures_) {
            const QString file = each.name + QStringLiteral(".png");
            QVERIFY(each.image.save(out.filePath(file)));
            const QImage expected(kept().filePath(file));
            const tests::PictureDiff diff = tests::comparePictures(expected, each.image);
            if (accept) {
                // One that shows the same stays as it is, so that a commit holds what changed.
                if (diff.same()) continue;
                QVERIFY2(each.image.save(kept().filePath(file), nullptr, 0), qPrintable(file));
                qInfo("accepted: %s", qPrintable(file));
                continue;
            }
            if (diff.same()) continue;
            QString where = out.filePath(file);
            if (!diff.shown.isNull()) {
                const QString shown = out.filePath(each.name + QStringLiteral("-difference.png"));
                QVERIFY(diff.shown.save(shown));
                where += QStringLiteral(", difference %1").arg(shown);
            }
            wrong << QStringLiteral("%1: %2\n    found %3, expected %4")
                         .arg(each.name, diff.text, where, kept().filePath(file));
        }
        for (const QString& file : kept().entryList({QStringLiteral("*.png")})) {
            const bool known =
                std::any_of(pictures_.begin(), pictures_.end(), [&](const PanePicture& each) {
                    return each.name + QStringLiteral(".png") == file;
                });
            if (known) continue;
            if (accept)
                QFile::remove(kept().filePath(file));
            else
                wrong << QStringLiteral("%1: is of no pane any more").arg(file);
        }
        if (!wrong.isEmpty())
            QFAIL(qPrintable(wrong.join(QLatin1Char('\n')) +
                             QStringLiteral("\nlook at them; if they are right: "
                                            "./dev screenshots --accept")));
    }

    void whatIsMissingIsSeenAndOtherLettersAreNot_data() {
        QTest::addColumn<QString>("pane");
        QTest::addColumn<int>("change");
        for (const char* pane : {"world", "inspector", "events", "causes", "timeline"})
            for (int change = 0; change < int(std::size(kChanges)); ++change)
                QTest::addRow("%s: %s", pane, kChanges[change].name)
                    << QString::fromLatin1(pane) << change;
    }
    void whatIsMissingIsSeenAndOtherLettersAreNot() {
        QFETCH(QString, pane);
        QFETCH(int, change);
        for (const bool dark : {true, false}) {
            const QImage& before =
                picture(pane + (dark ? QStringLiteral("-dark") : QStringLiteral("-light")));
            const QImage& other =
                picture(pane + (dark ? QStringLiteral("-light") : QStringLiteral("-dark")));
            QImage after = before.copy();
            kChanges[change].make(after, other);
            const tests::PictureDiff diff = tests::comparePictures(before, after);
            QVERIFY2(diff.same() == kChanges[change].same,
                     qPrintable(QStringLiteral("%1, %2 % differ")
                                    .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                    .arg(diff.share * 100)));
            QCOMPARE(diff.shown.isNull(), diff.same());
        }
    }
    void anotherSizeIsNamed() {
        const QImage& world = picture(QStringLiteral("world-dark"));
        const QImage narrower = world.copy(0, 0, world.width() - 8, world.height());
        const tests::PictureDiff diff = tests::comparePictures(world, narrower);
        QCOMPARE(diff.text, QStringLiteral("%1 x %2 pixels, expected %3 x %2")
                                .arg(world.width() - 8)
                                .arg(world.height())
                                .arg(world.width()));
        QVERIFY(!tests::comparePictures({}, world).same());
        QVERIFY(!tests::comparePictures(world, {}).same());
    }
};

QTEST_MAIN(TestPictures)
#include "tst_pictures.moc"
