#include "engine/base/bytes.h"

#include <QTest>

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>

using namespace ariadne;

namespace {

Bytes bytesOf(std::initializer_list<int> values) {
    Bytes bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

Bytes varintOf(std::uint64_t value) {
    ByteWriter out;
    out.varint(value);
    return out.take();
}

}  // namespace

class TestBytes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void varintComesBack_data() {
        QTest::addColumn<quint64>("value");
        QTest::addColumn<int>("size");
        QTest::newRow("0") << quint64{0} << 1;
        QTest::newRow("127") << quint64{127} << 1;
        QTest::newRow("128") << quint64{128} << 2;
        QTest::newRow("16383") << quint64{16383} << 2;
        QTest::newRow("16384") << quint64{16384} << 3;
        QTest::newRow("2^32") << (quint64{1} << 32) << 5;
        QTest::newRow("2^63-1") << (quint64{1} << 63) - 1 << 9;
        QTest::newRow("2^63") << (quint64{1} << 63) << 10;
        QTest::newRow("max") << std::numeric_limits<quint64>::max() << 10;
    }
    void varintComesBack() {
        QFETCH(quint64, value);
        QFETCH(int, size);
        const Bytes bytes = varintOf(value);
        QCOMPARE(static_cast<int>(bytes.size()), size);
        ByteReader in{bytes};
        QCOMPARE(quint64{in.varint()}, value);
        QVERIFY(in.ok());
        QVERIFY(in.atEnd());
    }

    void varintOfEveryBitComesBack() {
        for (unsigned bit = 0; bit < 64; ++bit) {
            for (const std::uint64_t value :
                 {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1}) {
                const Bytes bytes = varintOf(value);
                ByteReader in{bytes};
                QCOMPARE(in.varint(), value);
                QVERIFY(in.ok() && in.atEnd());
            }
        }
    }

    void secondSpellingOfANumberIsRefused_data() {
        QTest::addColumn<QByteArray>("spelling");
        QTest::newRow("0 in two bytes") << QByteArray::fromHex("8000");
        QTest::newRow("1 in two bytes") << QByteArray::fromHex("8100");
        QTest::newRow("127 in three bytes") << QByteArray::fromHex("ff8000");
        QTest::newRow("0 in ten bytes") << QByteArray::fromHex("80808080808080808000");
        QTest::newRow("65 bits") << QByteArray::fromHex("ffffffffffffffffff02");
        QTest::newRow("70 bits") << QByteArray::fromHex("ffffffffffffffffff7f");
        QTest::newRow("eleven bytes") << QByteArray::fromHex("8080808080808080808001");
        QTest::newRow("cut short") << QByteArray::fromHex("ffff");
        QTest::newRow("nothing") << QByteArray();
    }
    void secondSpellingOfANumberIsRefused() {
        QFETCH(QByteArray, spelling);
        ByteReader in{asBytes({spelling.constData(), static_cast<std::size_t>(spelling.size())})};
        QCOMPARE(in.varint(), std::uint64_t{0});
        QVERIFY(!in.ok());
    }

    void zigzagKeepsSmallNumbersShort() {
        QCOMPARE(zigzag(0), std::uint64_t{0});
        QCOMPARE(zigzag(-1), std::uint64_t{1});
        QCOMPARE(zigzag(1), std::uint64_t{2});
        QCOMPARE(zigzag(-64), std::uint64_t{127});
    }

    void zigzagComesBack() {
        using Limits = std::numeric_limits<std::int64_t>;
        for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1},
                                         std::int64_t{-65}, Limits::min(), Limits::max()}) {
            ByteWriter out;
            out.zigzagVarint(value);
            ByteReader in{out.view()};
            QCOMPARE(in.zigzagVarint(), value);
            QVERIFY(in.ok() && in.atEnd());
        }
    }

    void fixedNumbersAreLittleEndian() {
        ByteWriter out;
        out.fixed32(0x04030201);
        out.fixed64(0x0C0B0A0908070605);
        QVERIFY(out.take() == bytesOf({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
    }

    void sizedBytesComeBackAsAView() {
        ByteWriter out;
        out.sized(asBytes("thread"));
        out.sized({});
        ByteReader in{out.view()};
        QCOMPARE(asText(in.sized()), std::string_view{"thread"});
        QVERIFY(in.sized().empty());
        QVERIFY(in.ok() && in.atEnd());
    }

    void lengthBeyondTheEndIsRefused() {
        ByteWriter out;
        out.varint(std::numeric_limits<std::uint64_t>::max());
        out.raw(asBytes("short"));
        ByteReader in{out.view()};
        QVERIFY(in.sized().empty());
        QVERIFY(!in.ok());
    }

    void failureStays() {
        const Bytes bytes = bytesOf({1, 2, 3});
        ByteReader in{bytes};
        QCOMPARE(in.fixed32(), std::uint32_t{0});
        QVERIFY(!in.ok());
        QCOMPARE(in.u8(), std::uint8_t{0});
        QVERIFY(in.raw(0).empty());
        QVERIFY(!in.ok());
        QCOMPARE(in.offset(), std::size_t{0});
    }

    void consumedSinceGivesTheBytesOfOneValue() {
        ByteWriter out;
        out.varint(300);
        out.varint(7);
        ByteReader in{out.view()};
        in.varint();
        const std::size_t begin = in.offset();
        in.varint();
        QVERIFY(sameBytes(in.consumedSince(begin), bytesOf({7})));
    }

    void writerCanTakeBackItsTail() {
        ByteWriter out;
        out.u8(1);
        const std::size_t mark = out.size();
        out.sized(asBytes("gone"));
        QCOMPARE(out.viewFrom(mark).size(), std::size_t{5});
        out.truncate(mark);
        QVERIFY(out.take() == bytesOf({1}));
        QCOMPARE(out.size(), std::size_t{0});
    }
};

QTEST_GUILESS_MAIN(TestBytes)
#include "tst_bytes.moc"
