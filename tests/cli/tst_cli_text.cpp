#include "recorder/value_json.h"
#include "studio/cli/divergence_card.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/telltale.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::cli;
using recorder::valueJson;

namespace {

ByteView bytesOf(const ByteWriter& out) {
    return out.view();
}

}  // namespace

class TestCliText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void terminalsAreNotSteered() {
        QCOMPARE(plain("a\x1b[31mb"), std::string{"a\\u001b[31mb"});
        QCOMPARE(plain("two\nlines\r"), std::string{"two\\nlines\\u000d"});
        QCOMPARE(plain("\xE2\x80\xAEtxt"), std::string{"\\u202etxt"});
        QCOMPARE(plain("\xC2\x9B"
                       "1m"),
                 std::string{"\\u009b1m"});
        QCOMPARE(plain("\xFF"), std::string{"\\xff"});
    }
    void ordinaryTextStaysAsItIs() {
        for (const char* text : {"", "a \"b\" \\c\\ d", "\xC3\xA4 \xE2\x82\xAC", "\\u001b"})
            QCOMPARE(plain(text), std::string{text});
    }
    void plainTwiceIsPlainOnce() {
        const std::string once = plain("\"\\\x01\xC3\xA4\\\"");
        QCOMPARE(plain(once), once);
    }

    void numbersAreGroupedByThousands() {
        QCOMPARE(grouped(0), std::string{"0"});
        QCOMPARE(grouped(999), std::string{"999"});
        QCOMPARE(grouped(1000), std::string{"1,000"});
        QCOMPARE(grouped(~0ull), std::string{"18,446,744,073,709,551,615"});
        QCOMPARE(counted(1, "event"), std::string{"1 event"});
        QCOMPARE(counted(0, "event"), std::string{"0 events"});
        QCOMPARE(hex(0xAB), std::string{"00000000000000ab"});
        QCOMPARE(ratio(1, 0), std::string{"0.0"});
        QCOMPARE(ratio(25, 2), std::string{"12.5"});
    }

    void reportSaysTheSameTwice() {
        Report report;
        report.count("file_bytes", 12345);
        report.digest("digest", 1);
        report.time("virtual_time", VirtualTime{1'500'000});
        report.list("gaps", {}, Json::array());
        QCOMPARE(report.lines(), std::string{"file bytes    12,345\n"
                                             "digest        0000000000000001\n"
                                             "virtual time  1.5ms\n"});
        QCOMPARE(jsonLine(report.json()),
                 std::string{"{\"file_bytes\":12345,\"digest\":\"0000000000000001\",\"virtual_time_"
                             "ns\":1500000,\"gaps\":[]}"});
    }

    void valuesKeepTheirKindInJson() {
        TypeTable types;
        const TypeIndex text = types.add({.name = "text", .kind = TypeKind::kText, .fields = {}});
        const TypeIndex number =
            types.add({.name = "i64", .kind = TypeKind::kInt, .size = 64, .fields = {}});
        const TypeIndex map = types.add(
            {.name = "map", .kind = TypeKind::kMap, .fields = {{"", text}, {"", number}}});
        const TypeIndex maybe =
            types.add({.name = "maybe", .kind = TypeKind::kOptional, .fields = {{"", number}}});
        const TypeIndex all = types.add(
            {.name = "All", .kind = TypeKind::kStruct, .fields = {{"m", map}, {"o", maybe}}});
        ByteWriter out;
        out.varint(1);
        out.sized(asBytes("k\"\n"));
        out.zigzagVarint(-5);
        out.u8(0);
        QCOMPARE(jsonLine(valueJson(types, all, bytesOf(out), {})),
                 std::string{"{\"m\":{\"k\\\"\\n\":-5},\"o\":null}"});
        out.u8(7);
        QVERIFY2(valueJson(types, all, bytesOf(out), {}).contains("bytes"),
                 "one byte too many is no All");
    }

    void structsThatNestForeverEnd() {
        TypeTable types;
        types.add({.name = "Loop",
                   .kind = TypeKind::kStruct,
                   .fields = {{"a", TypeIndex{1}}, {"b", TypeIndex{1}}}});
        QVERIFY(valueJson(types, TypeIndex{1}, {}, {}).contains("bytes"));
    }

    void cardMarksWhatDiffers() {
        recorder::Divergence divergence;
        divergence.position = Position{7};
        divergence.what = "the message differs";
        divergence.recorded = {.exists = true,
                               .kind = EventKind::kSend,
                               .time = {},
                               .round = Round{2},
                               .cell = "a",
                               .peer = "b",
                               .message = "Add{n: 1}",
                               .change = ""};
        divergence.executed = divergence.recorded;
        divergence.executed.message = "Add{n: 2}";
        divergence.messageFields.push_back({"n", "1", "2"});
        divergence.fields.push_back({"sum", "3", "4"});
        QCOMPARE(divergenceCard("first divergence at position 7", divergence, {"A", "B"}),
                 std::string{"first divergence at position 7: the message differs\n"
                             "\n"
                             "           A          B\n"
                             "  event    send       send\n"
                             "  time     0s         0s\n"
                             "  round    2          2\n"
                             "  actor    a          a\n"
                             "  peer     b          b\n"
                             "* message  Add{n: 1}  Add{n: 2}\n"
                             "\n"
                             "message fields that differ\n"
                             "     A  B\n"
                             "* n  1  2\n"
                             "\n"
                             "state fields that differ\n"
                             "       A  B\n"
                             "* sum  3  4\n"});
    }

    void whatLooksLikeASecretIsNamed_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("found");
        const auto row = [](const char* text, const char* found) {
            QTest::newRow(text) << std::string{text} << std::string{found};
        };
        row("mail ann@example.org now", "e-mail address: ann@example.org");
        row("ann@localhost", "");
        row("a@b@example.org", "");
        row("AKIAABCDEFGHIJKLMNOP", "key of a known service: AKIAABCDEFGHIJKLMNOP");
        row("AKIA", "");
        row("x ghp_0123456789abcdef y", "key of a known service: ghp_0123456789abcdef");
        row("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dBjftJeZ4CVP",
            "web token: eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dBjftJeZ4CVP");
        row("-----BEGIN RSA PRIVATE KEY-----", "private key: -----BEGIN RSA PRIVATE KEY-----");
        row("-----BEGIN CERTIFICATE-----", "");
        row("DB_PASSWORD=hunter2", "password or the like: DB_PASSWORD=hunter2");
        row("api_key: 12", "password or the like: api_key: 12");
        row("password", "");
        row("password=", "");
        row("tokens: 12", "");
        row("0123456789abcdef0123456789abcdef", "long code: 0123456789abcdef0123456789abcdef");
        row("0123456789abcdef0123456789abcde", "");
        row("aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3a",
            "long code: aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3a");
        row("andthisisonlyaverylongwordofsmallletters", "");
        row("the quick brown fox / jumps = over", "");
    }
    void whatLooksLikeASecretIsNamed() {
        QFETCH(std::string, text);
        QFETCH(std::string, found);
        const auto foundIn = [](std::string_view bytes) {
            std::string out;
            findTelltales(bytes, [&](Telltale kind, std::string_view what) {
                out += joined(out.empty() ? "" : "; ", nameOf(kind), ": ", what);
            });
            return out;
        };
        QCOMPARE(foundIn(text), found);
        // Among other bytes, and behind a length that is a letter.
        QCOMPARE(foundIn("\x01\xFF" + text + std::string(3, '\0')), found);
        if (!found.empty() && text.find(' ') == std::string::npos && text[0] != '-')
            QVERIFY(foundIn("B" + text).find(text) != std::string::npos);
    }

    void endedSideSaysSo() {
        recorder::Divergence divergence;
        divergence.recorded.exists = true;
        divergence.recorded.kind = EventKind::kEnd;
        const std::string card =
            divergenceCard("first divergence at position 7", divergence, {"A", "B"});
        QVERIFY2(card.find("end  (had ended)") != std::string::npos, card.c_str());
        QVERIFY(divergenceJson(divergence, {"A", "B"})["B"].is_null());
    }
};

QTEST_GUILESS_MAIN(TestCliText)
#include "tst_cli_text.moc"
