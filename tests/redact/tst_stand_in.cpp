// What stands where a value stood: keyed, different for different values, of the same kind.
#include "recorder/redact/stand_in.h"

#include <QRandomGenerator>
#include <QTest>

#include <bit>
#include <cmath>
#include <set>

using namespace ariadne;
using namespace ariadne::redact;

class TestStandIn : public QObject {
    Q_OBJECT

    const StandIns ours_{RedactionKey{{1, 2}}};
    const StandIns others_{RedactionKey{{1, 3}}};

private Q_SLOTS:
    void theHashIsSipHash() {
        // Of the reference implementation: the key 00 01 .. 0F, messages 00 01 .. of 0, 1, 8 and
        // 15 bytes.
        const RedactionKey key{{0x0706050403020100ull, 0x0F0E0D0C0B0A0908ull}};
        Bytes message;
        for (int i = 0; i < 15; ++i) message.push_back(static_cast<std::byte>(i));
        const ByteView all{message};
        QCOMPARE(sipHash(key, all.first(0)), 0x726FDB47DD0E0E31ull);
        QCOMPARE(sipHash(key, all.first(1)), 0x74F839C593DC67FDull);
        QCOMPARE(sipHash(key, all.first(8)), 0x93F5F5799A932462ull);
        QCOMPARE(sipHash(key, all), 0xA129CA6149BE45E5ull);
    }

    void textsAreLettersBehindAMark() {
        const std::string one = ours_.text(asBytes("hunter2"));
        QCOMPARE(one.size(), kStandInMark.size() + 16);
        QVERIFY(one.starts_with(kStandInMark));
        QVERIFY(one.find_first_of("0123456789aeiou", kStandInMark.size()) == one.npos);
        QCOMPARE(ours_.text(asBytes("hunter2")), one);
        QVERIFY(ours_.text(asBytes("hunter3")) != one);
        QVERIFY(others_.text(asBytes("hunter2")) != one);
        QCOMPARE(ours_.text({}), std::string{});
    }

    void smallNumbersArePermuted() {
        for (const unsigned bits : {1u, 8u, 16u}) {
            std::set<std::uint64_t> seen;
            std::uint64_t kept = 0;
            for (std::uint64_t v = 0; v < 1ull << bits; ++v) {
                const std::uint64_t to = ours_.number(v, bits);
                QVERIFY(to < 1ull << bits);
                seen.insert(to);
                kept += to == v ? 1 : 0;
            }
            QCOMPARE(seen.size(), std::size_t{1} << bits);
            if (bits > 1) QVERIFY2(kept < 10, std::to_string(kept).c_str());
        }
    }

    void largeNumbersStayApart() {
        for (const unsigned bits : {32u, 64u}) {
            std::set<std::uint64_t> seen;
            for (std::uint64_t v = 0; v < 5000; ++v) seen.insert(ours_.number(v, bits));
            QCOMPARE(seen.size(), std::size_t{5000});
            if (bits == 32) QVERIFY(*seen.rbegin() < 1ull << 32);
            QVERIFY(*seen.rbegin() > 1ull << (bits - 2));
            QVERIFY(others_.number(7, bits) != ours_.number(7, bits));
        }
    }

    void floatsStayNumbers() {
        QRandomGenerator random{5};
        for (int i = 0; i < 20'000; ++i) {
            const float f = std::bit_cast<float>(random.generate());
            if (std::isnan(f)) continue;
            const auto to = std::bit_cast<float>(
                static_cast<std::uint32_t>(ours_.floating(std::bit_cast<std::uint32_t>(f), 32)));
            QVERIFY(!std::isnan(to));
            QVERIFY(to != 0 || !std::signbit(to));
        }
        const auto of = [&](double d) {
            return ours_.floating(std::bit_cast<std::uint64_t>(d), 64);
        };
        // Equal as keys, so equal.
        QCOMPARE(of(-0.0), of(0.0));
        QVERIFY(of(1.5) != of(2.5));
        QCOMPARE(of(std::nan("")), std::bit_cast<std::uint64_t>(std::nan("")));
    }

    void nobodyStaysNobody() {
        QCOMPARE(ours_.cell(0), std::uint64_t{0});
        for (std::uint64_t key = 1; key < 1000; ++key) QVERIFY(ours_.cell(key) != 0);
        QVERIFY(ours_.cell(5) != 5);
    }
};

QTEST_GUILESS_MAIN(TestStandIn)
#include "tst_stand_in.moc"
