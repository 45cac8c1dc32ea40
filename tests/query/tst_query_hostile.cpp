// Traces that no recorder writes: every table answers, or says what does not fit.
#include "tests/query/support/asked.h"
#include "tracefmt/trace_writer.h"

#include <QRandomGenerator>
#include <QTemporaryDir>

#include <array>
#include <deque>

using namespace ariadne;
using namespace ariadne::test;

namespace {

constexpr std::array kTables{"event",          "message",          "actor",       "region",
                             "obligation",     "failure",          "state_write", "snapshot",
                             "effect",         "state_at(40)",     "causes(40)",  "effects(1)",
                             "lane_mipmap(9)", "state_at(9, '*')", "stuck_turn"};

TypeDesc typeOf(const char* name, TypeKind kind, std::uint64_t hash) {
    TypeDesc type;
    type.name = name;
    type.kind = kind;
    type.hash = hash;
    return type;
}

class HostileRows {
public:
    explicit HostileRows(quint32 seed) : random_(seed) {
        for (std::uint64_t seq = 1; seq <= 60; ++seq) rows.push_back(row(seq));
    }
    std::vector<EventRow> rows;

private:
    /// Small ones mostly, as they look like something.
    std::uint64_t number() {
        switch (random_.bounded(8)) {
            case 0: return random_.generate64();
            case 1: return ~std::uint64_t{0};
            default: return random_.bounded(70u);
        }
    }
    ByteView bytes() {
        Bytes& out = bytes_.emplace_back(random_.bounded(random_.bounded(2) == 0 ? 4 : 40));
        for (std::byte& b : out) b = static_cast<std::byte>(random_.bounded(256));
        return out;
    }
    EventRow row(std::uint64_t seq) {
        EventRow out;
        out.kind = static_cast<EventKind>(random_.bounded(60));
        out.seq = {seq};
        out.time = {static_cast<std::int64_t>(number())};
        out.round = {number()};
        out.cause = {number()};
        out.arg = number();
        out.extra = number();
        out.cell = {static_cast<std::uint32_t>(number() % (random_.bounded(4) == 0 ? 1000 : 4))};
        out.peer = {static_cast<std::uint32_t>(number() % (random_.bounded(4) == 0 ? 1000 : 4))};
        out.type = {static_cast<std::uint32_t>(number() % 6)};
        out.flags = static_cast<std::uint8_t>(random_.bounded(256));
        out.payload = bytes();
        out.change = bytes();
        return out;
    }

    QRandomGenerator random_;
    std::deque<Bytes> bytes_;
};

std::unique_ptr<tracefmt::TraceReader> written(const std::filesystem::path& path,
                                               const std::vector<EventRow>& rows) {
    tracefmt::TraceMeta meta;
    meta.programId = "nobody";
    meta.level = tracefmt::Level::kFull;
    std::vector<TypeDesc> types{
        typeOf("int", TypeKind::kInt, 1), typeOf("text", TypeKind::kText, 2),
        typeOf("Pair", TypeKind::kStruct, 3), typeOf("ariadne::Region", TypeKind::kStruct, 4)};
    types[2].fields = {{"a", {1}, 0}, {"b\n\x1b[1m\"", {2}, 0}};
    types[3].fields = {{"a", {1}, 0}};
    std::vector<CellBirth> births;
    for (std::uint32_t rank = 1; rank <= 3; ++rank)
        births.push_back({{rank},
                          {rank - 1},
                          {0x1000 + rank},
                          {rank + 1},
                          "one\xFF/" + std::to_string(rank),
                          {rank}});
    auto writer = tracefmt::TraceWriter::create(*tracefmt::createForWriting(path), meta);
    const auto must = [](const absl::Status& status) {
        if (!status.ok()) qFatal("%s", std::string{status.message()}.c_str());
    };
    must(writer.status());
    must((*writer)->addTypes(types));
    must((*writer)->addBirths(births));
    must((*writer)->addEvents(rows));
    must((*writer)->finish({}));
    auto reader = tracefmt::TraceReader::open(path);
    must(reader.status());
    return *std::move(reader);
}

}  // namespace

class TestQueryHostile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void everyTableAnswersOrSaysWhatDoesNotFit() {
        std::size_t answered = 0;
        std::size_t refused = 0;
        for (quint32 seed = 1; seed <= 150; ++seed) {
            const HostileRows hostile{seed};
            const std::filesystem::path path =
                folder_.filePath(QStringLiteral("hostile.clew")).toStdString();
            AskedTrace trace{written(path, hostile.rows)};
            for (const char* table : kTables) {
                for (const char* order : {"", " ORDER BY 1 DESC"}) {
                    const Asked asked = trace(std::string{"SELECT * FROM "} + table + order);
                    ++(asked.answered.ok() ? answered : refused);
                    if (!asked.answered.ok() && asked.error().empty())
                        QFAIL(("seed " + std::to_string(seed) + ": " + table).c_str());
                }
            }
            QCOMPARE(trace("SELECT count(*) FROM event").one(), std::string{"60"});
        }
        QVERIFY(answered > 1000);
        QVERIFY(refused > 0);
    }
};

QTEST_GUILESS_MAIN(TestQueryHostile)
#include "tst_query_hostile.moc"
