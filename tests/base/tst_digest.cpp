#include "engine/base/bytes.h"
#include "engine/base/digest.h"

#include <QTest>

#include <array>
#include <cstdint>
#include <string_view>

using namespace ariadne;

// The numbers below stand in trace files: a change here makes every recorded run diverge.
class TestDigest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hashesAreTheSameForEver_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<quint64>("plain");
        QTest::addColumn<quint64>("seeded");
        QTest::newRow("empty") << QByteArray() << quint64{0x2D06800538D394C2}
                               << quint64{0xB029411FF43D84D2};
        QTest::newRow("3 bytes") << QByteArray("abc") << quint64{0x78AF5F94892F3950}
                                 << quint64{0xD8438DEF21BBDCC3};
        QTest::newRow("7 bytes") << QByteArray("ariadne") << quint64{0x6F09520661987135}
                                 << quint64{0x8465D06EC54690CB};
        QTest::newRow("200 bytes")
            << QByteArray(200, 'x') << quint64{0x50EF124FB1E4DE53} << quint64{0x97FA58F959225AAC};
        QTest::newRow("1000 bytes")
            << QByteArray(1000, 'x') << quint64{0xC0A4877B962CBA82} << quint64{0xCB10F5998C4773FF};
    }
    void hashesAreTheSameForEver() {
        QFETCH(QByteArray, text);
        QFETCH(quint64, plain);
        QFETCH(quint64, seeded);
        const std::string_view view{text.constData(), static_cast<std::size_t>(text.size())};
        QCOMPARE(quint64{hashText(view)}, plain);
        QCOMPARE(quint64{hashText(view, 42)}, seeded);
        QCOMPARE(quint64{hashBytes(asBytes(view))}, plain);
        QCOMPARE(quint64{hashBytes(asBytes(view), 42)}, seeded);
    }

    void wideHashesAreTheSameForEver() {
        using Wide = std::array<std::uint64_t, 2>;
        QVERIFY((hashBytes128({}) == Wide{0x6001C324468D497F, 0x99AA06D3014798D8}));
        QVERIFY((hashBytes128(asBytes("abc")) == Wide{0x78AF5F94892F3950, 0x06B05AB6733A6185}));
    }

    void mixedWordsAreTheSameForEver() {
        QCOMPARE(mixWord(0, 0), std::uint64_t{0x632BE59BD9B4E019});
        QCOMPARE(mixWord(1, 2), std::uint64_t{0x03B1FAA35841B121});
        QCOMPARE(mixWord(mixWord(0, 1), 2), std::uint64_t{0xBB56A3FBAF671282});
    }

    void mixingDependsOnTheOrder() {
        QVERIFY(mixWord(mixWord(0, 1), 2) != mixWord(mixWord(0, 2), 1));
    }
};

QTEST_GUILESS_MAIN(TestDigest)
#include "tst_digest.moc"
