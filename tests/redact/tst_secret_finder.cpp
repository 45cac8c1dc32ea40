// Values are found however they are spelt, and nothing else is.
#include "recorder/redact/secret_finder.h"

#include <QByteArray>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::redact;

namespace {

constexpr FieldId kField{{1}, 0};

RemovedValues removed(std::initializer_list<std::string> values) {
    RemovedValues out;
    for (const std::string& value : values) out.add(kField, asBytes(value));
    return out;
}

std::string base64(const std::string& text, QByteArray::Base64Options options = {}) {
    return QByteArray::fromStdString(text).toBase64(options).toStdString();
}

std::string utf16(const std::string& text) {
    const QString wide = QString::fromStdString(text);
    return {reinterpret_cast<const char*>(wide.utf16()), 2 * static_cast<std::size_t>(wide.size())};
}

}  // namespace

class TestSecretFinder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySpellingIsFound_data() {
        QTest::addColumn<std::string>("value");
        QTest::newRow("short") << std::string{"s3cret"};
        QTest::newRow("words") << std::string{"correct horse battery staple"};
        QTest::newRow("beyond ASCII") << std::string{"Gr\u00FC\u00DFe an \U0001F511 Zo\u00EB"};
        QTest::newRow("bytes") << std::string{"\xFF\xFE\x00\x01\x80\xBF\xFB\xEF", 8};
        std::string all;
        for (int i = 0; i < 300; ++i) all += static_cast<char>(i * 7 % 120 + 1);
        QTest::newRow("long") << all;
    }
    void everySpellingIsFound() {
        QFETCH(std::string, value);
        const RemovedValues values = removed({"something else", value});
        const SecretFinder finder{values, kDistinctiveBytesMin};
        const auto finds = [&](const std::string& text, Spelling spelling) {
            const auto found = finder.find(asBytes(text));
            return found && found->value == 1 && found->spelling == spelling;
        };
        for (int before = 0; before < 4; ++before) {
            const std::string front(static_cast<std::size_t>(before), '.');
            QVERIFY(finds(front + value + "...", Spelling::kRaw));
            QVERIFY(finds("{\"" + base64(front + value + "..") + "\"}", Spelling::kBase64));
            QVERIFY(finds(base64(front + value + ".", QByteArray::Base64UrlEncoding),
                          Spelling::kBase64));
            QVERIFY(finds(front + QByteArray::fromStdString(value).toHex().toStdString(),
                          Spelling::kHex));
            QVERIFY(finds(front + QByteArray::fromStdString(value).toHex().toUpper().toStdString(),
                          Spelling::kHex));
            // Bytes that are no text have no spelling of theirs in QString.
            if (static_cast<unsigned char>(value[0]) != 0xFF)
                QVERIFY(finds(front + utf16(value + "."), Spelling::kUtf16));
        }
    }

    void otherThingsAreNot() {
        const RemovedValues values = removed({"s3cret", "password1", "p\u00E4ssw\u00F6rd"});
        const SecretFinder finder{values, kDistinctiveBytesMin};
        for (const std::string& text : {std::string{}, std::string{"s3cre"}, std::string{"S3CRET"},
                                        std::string{"s3cre\0t", 7}, std::string{"password2"},
                                        base64("s3cre_"), std::string{"7333637265"}})
            QVERIFY2(!finder.find(asBytes(text)), text.c_str());
        QVERIFY(!SecretFinder(RemovedValues{}, kDistinctiveBytesMin).find(asBytes("s3cret")));
    }

    void itFindsWhatASearchOneByOneFinds() {
        QRandomGenerator random{17};
        const auto text = [&](int size) {
            std::string out;
            for (int i = 0; i < size; ++i) out += static_cast<char>('a' + random.bounded(3));
            return out;
        };
        for (int round = 0; round < 300; ++round) {
            RemovedValues values;
            std::vector<std::string> kept;
            for (int i = random.bounded(30); i >= 0; --i)
                values.add(kField, asBytes(text(6 + random.bounded(6))));
            for (const auto& value : values.all()) kept.emplace_back(asText(values.bytesOf(value)));
            const SecretFinder finder{values, kDistinctiveBytesMin, true};
            const std::string hay = text(random.bounded(400));
            std::size_t first = hay.npos;
            for (const std::string& value : kept) first = std::min(first, hay.find(value));
            const auto found = finder.find(asBytes(hay));
            QCOMPARE(found ? found->offset : hay.npos, first);
            if (found) QVERIFY(kept[found->value].starts_with(hay.substr(first, found->size)));
        }
    }

    void shortAndPlainValuesAreOnlyCounted() {
        const RemovedValues values = removed({"12345", "aaaaaaaa", "abababab", "123456"});
        QCOMPARE(values.all().size(), std::size_t{1});
        QCOMPARE(values.indistinct(), std::uint64_t{3});
    }

    void valuesAreKeptOnceAndWithinBounds() {
        RemovedValues values;
        for (int i = 0; i < 3; ++i) values.add(kField, asBytes("again and again"));
        QCOMPARE(values.all().size(), std::size_t{1});
        std::string large = "0123456789";
        large.resize(1u << 20, 'x');
        values.add(kField, asBytes(large));
        QCOMPARE(std::size_t{values.all()[1].size}, kLookedForBytesMax);
        for (std::size_t i = 0; i < kRemovedValuesMax; ++i)
            values.add(kField, asBytes("value " + std::to_string(i)));
        QCOMPARE(values.all().size(), kRemovedValuesMax);
        QCOMPARE(values.beyondLimits(), std::uint64_t{2});
    }

    void wordsOfTheProgramAreNoSecrets() {
        RemovedValues values = removed({"password", "passwo", "hunter22", "words"});
        values.dropThoseIn("Login\npassword\nuser");
        QCOMPARE(values.all().size(), std::size_t{1});
        QCOMPARE(asText(values.bytesOf(values.all()[0])), std::string_view{"hunter22"});
        QCOMPARE(values.dropped(), std::size_t{2});
    }
};

QTEST_GUILESS_MAIN(TestSecretFinder)
#include "tst_secret_finder.moc"
