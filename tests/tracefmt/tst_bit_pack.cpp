#include "tracefmt/bit_pack.h"

#include <QTest>

#include <random>
#include <vector>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

Bytes packed(const std::vector<std::uint64_t>& values) {
    PackedColumnWriter writer;
    for (std::size_t i = 0; i < values.size(); i += kGroupRows)
        writer.addGroup(std::span{values}.subspan(i, std::min(kGroupRows, values.size() - i)));
    return Bytes(writer.bytes().begin(), writer.bytes().end());
}

std::size_t varintBytes(std::uint64_t value) {
    std::size_t bytes = 1;
    while ((value >>= 7) != 0) ++bytes;
    return bytes;
}

/// What a group takes at its best, by trying every width.
std::size_t shortest(const std::vector<std::uint64_t>& group) {
    std::size_t best = ~std::size_t{0};
    for (unsigned width = 0; width <= 64; ++width) {
        std::size_t exceptions = 0;
        for (const std::uint64_t value : group)
            if (const std::uint64_t high = width == 64 ? 0 : value >> width; high != 0)
                exceptions += 1 + varintBytes(high);
        const std::size_t count = exceptions != 0 ? 1 : 0;
        best = std::min(best, 1 + count + exceptions + (group.size() * width + 7) / 8);
    }
    return best;
}

/// nullopt when malformed or not read to the end.
std::optional<std::vector<std::uint64_t>> unpacked(ByteView column, std::size_t count) {
    PackedColumnReader reader(column);
    std::vector<std::uint64_t> values(count);
    for (std::size_t i = 0; i < count; i += kGroupRows)
        if (reader.nextGroup(std::span{values}.subspan(i, std::min(kGroupRows, count - i))) ==
            PackedColumnReader::Group::kMalformed)
            return std::nullopt;
    if (!reader.atEnd()) return std::nullopt;
    return values;
}

}  // namespace

class BitPackTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyWidthComesBack() {
        std::mt19937_64 random(1);
        for (unsigned width = 0; width <= 64; ++width) {
            for (const std::size_t count : {1u, 2u, 7u, 63u, 64u, 65u, 200u}) {
                std::vector<std::uint64_t> values(count);
                for (std::uint64_t& value : values)
                    value = width == 0 ? 0 : random() >> (64 - width);
                QCOMPARE(unpacked(packed(values), count), values);
            }
        }
    }

    void rareLargeValuesDoNotWidenTheirGroup() {
        std::vector<std::uint64_t> values(64, 3);
        const std::size_t without = packed(values).size();
        values[10] = ~std::uint64_t{0};
        values[63] = 1ull << 40;
        QVERIFY(packed(values).size() < without + 24);
        QCOMPARE(unpacked(packed(values), 64), values);
    }

    void mixedWidthsComeBack() {
        std::mt19937_64 random(2);
        for (int round = 0; round < 2000; ++round) {
            std::vector<std::uint64_t> values(1 + random() % 150);
            for (std::uint64_t& value : values) {
                const unsigned drop = static_cast<unsigned>(random() % 65);
                value = drop == 64 ? 0 : random() >> drop;
            }
            QCOMPARE(unpacked(packed(values), values.size()), values);
        }
    }

    void noWidthMakesAGroupShorter() {
        std::mt19937_64 random(4);
        for (int round = 0; round < 5000; ++round) {
            std::vector<std::uint64_t> values(1 + random() % kGroupRows);
            const unsigned usual = static_cast<unsigned>(random() % 64);
            const unsigned rare = 1 + static_cast<unsigned>(random() % 20);
            for (std::uint64_t& value : values)
                value = random() >> (random() % rare == 0 ? random() % 64 : usual);
            values.front() |= 1;
            QCOMPARE(packed(values).size(), shortest(values));
        }
    }

    void zerosAloneTakeNoByte() {
        QVERIFY(packed(std::vector<std::uint64_t>(100)).empty());
        QCOMPARE(unpacked({}, 0), std::vector<std::uint64_t>{});
    }

    void everyTruncationIsRefused() {
        std::vector<std::uint64_t> values(130);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 9 == 0 ? i << 30 : i;
        const Bytes bytes = packed(values);
        for (std::size_t size = 1; size < bytes.size(); ++size)
            QVERIFY(!unpacked(ByteView{bytes}.first(size), values.size()));
    }

    void malformedGroupsAreRefused() {
        const auto refused = [](std::initializer_list<int> bytes) {
            Bytes column;
            for (const int b : bytes) column.push_back(static_cast<std::byte>(b));
            std::array<std::uint64_t, 4> values;
            PackedColumnReader reader(column);
            return reader.nextGroup(values) == PackedColumnReader::Group::kMalformed ||
                   !reader.atEnd();
        };
        QVERIFY(refused({65, 0, 0, 0}));          // width
        QVERIFY(refused({0x80, 5, 0, 1}));        // more exceptions than rows
        QVERIFY(refused({0x80, 1, 4, 1}));        // position
        QVERIFY(refused({0x80, 2, 1, 1, 1, 1}));  // positions do not ascend
        QVERIFY(refused({0xC0, 1, 0, 1}));        // exception to a full width
        QVERIFY(
            refused({0x84, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0}));
        QVERIFY(refused({1, 0, 0}));  // one byte too many
        QVERIFY(!refused({1, 5}));
    }

    void valuesOfTooManyBitsAreRefused() {
        for (const unsigned bits : {8u, 32u}) {
            std::vector<std::uint64_t> values(kGroupRows, (1ull << bits) - 1);
            const auto read = [&] {
                const Bytes column = packed(values);
                PackedColumnReader reader(column, bits);
                std::array<std::uint64_t, kGroupRows> out;
                return reader.nextGroup(out);
            };
            QVERIFY(read() == PackedColumnReader::Group::kValues);
            values[5] = 1ull << bits;  // of all, and as an exception
            QVERIFY(read() == PackedColumnReader::Group::kMalformed);
            std::fill(values.begin(), values.end(), 0);
            values[5] = 1ull << bits;
            QVERIFY(read() == PackedColumnReader::Group::kMalformed);
        }
    }

    void randomBytesNeverLeadAstray() {
        std::mt19937_64 random(3);
        for (int round = 0; round < 20000; ++round) {
            Bytes column(1 + random() % 60);
            for (std::byte& b : column) b = static_cast<std::byte>(random());
            (void)unpacked(column, 1 + random() % 130);
        }
    }
};

QTEST_GUILESS_MAIN(BitPackTest)
#include "tst_bit_pack.moc"
