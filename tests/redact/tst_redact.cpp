// Whole traces with stand-ins: what they say is what the original says, value by value, and nothing
// is left over.
#include "engine/base/event_digest.h"
#include "engine/value/dynamic.h"
#include "recorder/history.h"
#include "recorder/materialise.h"
#include "recorder/redact/redact.h"
#include "recorder/redact/value_redactor.h"
#include "recorder/replay.h"
#include "tests/redact/support/vault.h"
#include "tests/support/must.h"
#include "tracefmt/cut.h"
#include "tracefmt/format.h"
#include "tracefmt/recover.h"
#include "tracefmt/trace_writer.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <fstream>
#include <set>

using namespace ariadne;
using namespace ariadne::redact;
using namespace ariadne::test;
using tracefmt::TraceReader;

namespace {

constexpr RedactionKey kKey{{0x5EC2E7, 0x0F7E57}};

std::string bytesOf(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
}

absl::StatusOr<Redacted> redactTo(const std::filesystem::path& from,
                                  const std::filesystem::path& to,
                                  std::vector<std::string> fields = {}, RedactionKey key = kKey) {
    auto reader = TraceReader::open(from);
    if (!reader.ok()) return reader.status();
    return redactInto(**reader, from, to, {std::move(fields), key});
}

/// A trace, and what is to be expected of a redacted one of it.
struct Both {
    std::unique_ptr<TraceReader> was;
    std::unique_ptr<TraceReader> is;
    recorder::History before{*was};
    recorder::History after{*is};
    /// The new one knows what is secret.
    ValueRedactor values{is->types(), StandIns{kKey}, [](FieldId, ByteView) {}};

    Both(const std::filesystem::path& from, const std::filesystem::path& to)
        : was(must(TraceReader::open(from))), is(must(TraceReader::open(to))) {}

    Bytes expected(TypeIndex type, ByteView bytes) {
        if (!values.concerns(type) || bytes.empty()) return {bytes.begin(), bytes.end()};
        ByteWriter out;
        if (!values.redact(type, bytes, out)) qFatal("no encoding");
        return out.take();
    }

    /// What is wrong with the states of a cell; empty: nothing.
    std::string difference(const recorder::CellMoment& a, const recorder::CellMoment& b) {
        if (a.alive != b.alive || a.turns != b.turns || a.lastTurn != b.lastTurn ||
            a.waitingCount != b.waitingCount || a.behaviour != b.behaviour)
            return "something of the actor";
        const auto lane = [&](const auto& x, const auto& y) {
            return std::ranges::equal(x, y, [&](const auto& m, const auto& n) {
                return m.enqueuedAt == n.enqueuedAt && m.type == n.type &&
                       sameBytes(expected(m.type, m.payload), n.payload);
            });
        };
        if (!lane(a.mailbox, b.mailbox) || !lane(a.stash, b.stash)) return "messages that wait";
        // Of who ended before the file begins there is none.
        if (a.state.leafCount() == 0) return b.state.leafCount() == 0 ? "" : "a state";
        // What only a digest is known of is left out; something stands in its place here.
        value::StateValue filled = a.state;
        for (std::size_t i = 0; i < filled.leafCount(); ++i)
            if (filled.isUnknown(i)) filled.setLeaf(i, Bytes{std::byte{0}});
        const auto state = value::StateValue::decode(is->types(), a.stateType,
                                                     expected(a.stateType, filled.encode()));
        if (!state.ok() || state->leafCount() != b.state.leafCount()) return "the state's shape";
        for (std::size_t i = 0; i < state->leafCount(); ++i) {
            if (a.state.isUnknown(i) != b.state.isUnknown(i)) return "what is known of the state";
            if (!a.state.isUnknown(i) && state->leafBytes(i) != b.state.leafBytes(i))
                return "leaf " + std::to_string(i);
        }
        return {};
    }

    /// Every row, and the state of its cell and of whom it concerns right after it, where that is
    /// known. How many states.
    std::uint64_t compareAll() {
        std::uint64_t states = 0;
        for (std::size_t c = 0; c < was->chunks().size(); ++c) {
            const auto chunk = must(was->chunk(c));
            for (Position at = chunk->first(); at <= chunk->last(); ++at.value) {
                const EventRow a = chunk->rowAt(at);
                const auto found = must(after.rowAt(at));
                const EventRow& b = found.row;
                if (a.kind != b.kind || a.cell != b.cell || a.peer != b.peer || a.time != b.time ||
                    a.round != b.round || a.cause != b.cause || a.arg != b.arg ||
                    a.extra != b.extra || a.type != b.type)
                    return fail(at, "the row");
                if (a.kind != EventKind::kNote && !hasText(a.kind) &&
                    !sameBytes(expected(a.type, a.payload), b.payload))
                    return fail(at, "the payload");
                if (a.change.empty() != b.change.empty()) return fail(at, "the change");
                for (const Rank rank : {a.cell, a.peer}) {
                    if (rank == kOutside) continue;
                    const auto x = before.cellAt(at, rank);
                    const auto y = after.cellAt(at, rank);
                    if (x.ok() != y.ok()) return fail(at, "whether the state is known");
                    if (!x.ok()) continue;
                    if (const std::string wrong = difference(*x, *y); !wrong.empty())
                        return fail(at, wrong);
                    ++states;
                }
            }
        }
        if (was->snapshots().size() != is->snapshots().size()) return fail({}, "the snapshots");
        for (std::size_t i = 0; i < was->snapshots().size(); ++i) {
            const WorldImage a = must(was->snapshot(i)), b = must(is->snapshot(i));
            if (was->snapshots()[i].since != is->snapshots()[i].since ||
                a.cells.size() != b.cells.size() || a.timers.size() != b.timers.size())
                return fail(a.position, "the snapshot");
            for (std::size_t n = 0; n < a.cells.size(); ++n) {
                const TypeIndex type = was->births()[a.cells[n].rank.value].type;
                if (!sameBytes(expected(type, a.cells[n].state.view()), b.cells[n].state.view()))
                    return fail(a.position, "a state of the snapshot");
                const Bytes& first = a.cells[n].care->firstState;
                if (!first.empty() && !sameBytes(expected(type, ByteView{first}.subspan(1)),
                                                 ByteView{b.cells[n].care->firstState}.subspan(1)))
                    return fail(a.position, "a first state of the snapshot");
            }
            for (std::size_t n = 0; n < a.timers.size(); ++n)
                if (!sameBytes(expected(a.timers[n].message.type, a.timers[n].message.payload),
                               b.timers[n].message.payload))
                    return fail(a.position, "a timer of the snapshot");
        }
        return states;
    }
    static std::uint64_t fail(Position at, const std::string& what) {
        qWarning("at %llu: %s", static_cast<unsigned long long>(at.value), what.c_str());
        return 0;
    }
};

/// The texts of all events, as somebody reads them.
std::string told(const std::filesystem::path& file) {
    const auto reader = must(TraceReader::open(file));
    recorder::History history{*reader};
    std::string out;
    for (Position at{reader->base().value + 1}; at <= reader->lastPosition(); ++at.value) {
        const auto row = history.rowAt(at);
        if (row.ok()) out += must(history.describe(row->row)) + "\n";
    }
    return out;
}

}  // namespace

class TestRedact : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path path(const std::string& name) const {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    void verifies(const std::string& name) {
        const absl::Status whole = must(TraceReader::open(path(name)))->verify(nullptr, nullptr);
        QVERIFY2(whole.ok(), whole.ToString().c_str());
    }
    /// Redacts without anything left over, and compares all of it.
    void holds(const std::string& from, const std::string& to, std::uint64_t statesMin) {
        const auto made = redactTo(path(from), path(to));
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY2(!made->leftover, made->leftover ? made->leftover->where.c_str() : "");
        verifies(to);
        Both both{path(from), path(to)};
        const std::uint64_t states = both.compareAll();
        QVERIFY2(states > statesMin, std::to_string(states).c_str());
    }

private Q_SLOTS:
    void allIsAsItWasButForSecrets_data() {
        QTest::addColumn<int>("seed");
        QTest::addColumn<int>("step");
        for (int seed = 1; seed < 6; ++seed)
            QTest::addRow("seed %d", seed) << seed << (seed == 1 ? 1000 : 1 + seed);
    }
    void allIsAsItWasButForSecrets() {
        QFETCH(int, seed);
        QFETCH(int, step);
        recordVault(folder_, "v.clew", static_cast<std::uint64_t>(seed),
                    static_cast<std::uint64_t>(step));
        holds("v.clew", "r.clew", 500);
        const auto reader = must(TraceReader::open(path("r.clew")));
        if (step < 10)
            QVERIFY(std::ranges::any_of(reader->snapshots(),
                                        [](const auto& s) { return !s.isWhole(); }));
        const std::string original = told(path("v.clew")), text = told(path("r.clew"));
        QVERIFY(original.find("password: \"pw-") != original.npos);
        QVERIFY(text.find("pw-") == text.npos);
        QVERIFY(text.find(kStandInMark) != text.npos);
        QVERIFY(text.find("user: \"u") != text.npos);
    }

    void longBlobsToo() {
        recordVault(folder_, "v.clew", 1, 3, {{"box", "5000000"}, {"visits", "3"}});
        holds("v.clew", "r.clew", 10);
        QVERIFY(bytesOf(path("r.clew")).size() < 1'000'000);
    }

    void itSaysWhatItIs() {
        recordVault(folder_, "v.clew", 1);
        const Redacted made = must(redactTo(path("v.clew"), path("r.clew")));
        const auto was = must(TraceReader::open(path("v.clew")));
        const auto is = must(TraceReader::open(path("r.clew")));
        QVERIFY(is->id() != was->id());
        QCOMPARE(is->meta().origin.made, tracefmt::TraceOrigin::Made::kRedacted);
        QVERIFY(is->meta().origin.parent == was->id());
        QCOMPARE(is->meta().redaction, tracefmt::Redaction::kFields);
        QCOMPARE(is->meta().minReplayMinor, tracefmt::kRedactionMinor);
        QCOMPARE(was->meta().redaction, tracefmt::Redaction::kNone);
        QVERIFY(is->stats().eventDigest != was->stats().eventDigest);
        QVERIFY(is->snapshots()[0].stateDigest != was->snapshots()[0].stateDigest);
        QCOMPARE(made.events, was->lastPosition().value);
        QVERIFY(made.lookedFor > 30);
        const auto count = [&](const std::string& field) {
            const auto at = std::ranges::find(made.fields, field,
                                              &std::pair<std::string, std::uint64_t>::first);
            return at == made.fields.end() ? 0 : at->second;
        };
        QVERIFY(count("vault::Login.password") > 100);
        QVERIFY(count("vault::Shelf.diary") > 10);
        QCOMPARE(count("vault::Box.closed"), std::uint64_t{0});
        QCOMPARE(count("vault::Login.user"), std::uint64_t{0});
    }

    /// Whoever goes by ids would take one for the other.
    void twoOfOneTraceAreTwoTraces() {
        recordVault(folder_, "v.clew", 1);
        const auto idOf = [&](std::vector<std::string> fields, RedactionKey key) {
            must(redactTo(path("v.clew"), path("r.clew"), std::move(fields), key));
            verifies("r.clew");
            return must(TraceReader::open(path("r.clew")))->id();
        };
        const auto id = idOf({}, kKey);
        QVERIFY(id == idOf({}, kKey));
        QVERIFY(id != idOf({}, {{1, 2}}));
        QVERIFY(id != idOf({"Login.user"}, kKey));
    }

    void itIsNotRunAgain() {
        recordVault(folder_, "v.clew", 1);
        must(redactTo(path("v.clew"), path("r.clew")));
        const auto reader = must(TraceReader::open(path("r.clew")));
        recorder::History history{*reader};
        const auto replayed = recorder::replay(history, {});
        QCOMPARE(replayed.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(replayed.status().message().find("redacted") != std::string_view::npos);
        const auto more = recorder::materialise(*reader, path("m.clew"));
        QCOMPARE(more.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(!std::filesystem::exists(path("m.clew")));
        // A part of it is as little.
        must(tracefmt::cut(*reader, {1}, {20}, must(tracefmt::createForWriting(path("c.clew")))));
        QCOMPARE(must(TraceReader::open(path("c.clew")))->meta().redaction,
                 tracefmt::Redaction::kFields);
    }

    void theKeyDecides() {
        recordVault(folder_, "v.clew", 2);
        must(redactTo(path("v.clew"), path("a.clew")));
        must(redactTo(path("v.clew"), path("b.clew")));
        must(redactTo(path("v.clew"), path("c.clew"), {}, {{1, 2}}));
        QVERIFY(bytesOf(path("a.clew")) == bytesOf(path("b.clew")));
        QVERIFY(bytesOf(path("a.clew")) != bytesOf(path("c.clew")));
    }

    void aRedactedOneMayBeRedactedFurther() {
        recordVault(folder_, "v.clew", 3);
        must(redactTo(path("v.clew"), path("a.clew")));
        const Redacted again =
            must(redactTo(path("a.clew"), path("b.clew"), {"Login.user"}, {{7, 8}}));
        QVERIFY(!again.leftover);
        verifies("b.clew");
        const std::string text = told(path("b.clew"));
        QVERIFY(text.find("user: \"u") == text.npos);
        QVERIFY(must(TraceReader::open(path("b.clew")))->meta().origin.parent ==
                must(TraceReader::open(path("a.clew")))->id());
    }

    void fieldsMayBeNamed_data() {
        QTest::addColumn<std::string>("pattern");
        for (const char* const pattern :
             {"vault::Login.user", "Login.user", "*Login.u*", "Log?n.user"})
            QTest::newRow(pattern) << std::string{pattern};
    }
    void fieldsMayBeNamed() {
        QFETCH(std::string, pattern);
        recordVault(folder_, "v.clew", 2);
        QVERIFY(!must(redactTo(path("v.clew"), path("r.clew"), {pattern})).leftover);
        Both both{path("v.clew"), path("r.clew")};
        QVERIFY(both.compareAll() > 500);
        QVERIFY(told(path("r.clew")).find("user: \"u") == std::string::npos);
    }

    void allFieldsMayBeNamed() {
        recordVault(folder_, "v.clew", 2, 3, {{"loud", "true"}});
        const auto made = redactTo(path("v.clew"), path("r.clew"), {"*.*"});
        QVERIFY2(made.ok(), made.status().ToString().c_str());
        QVERIFY2(!made->leftover, made->leftover ? made->leftover->where.c_str() : "");
        verifies("r.clew");
        const auto reader = must(TraceReader::open(path("r.clew")));
        const std::string actor = reader->births()[3].path;
        QVERIFY2(actor.starts_with(kStandInMark) && actor.find('/') != actor.npos, actor.c_str());
    }

    void whatIsLeftOverIsTold_data() {
        QTest::addColumn<std::string>("argument");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<std::string>("field");
        const std::string password = vault::passwordOf([](auto) { return 7; });
        QTest::newRow("log") << std::string{"loud"} << std::string{"true"}
                             << std::string{"log.text"};
        QTest::newRow("argument") << std::string{"greeting"} << "hello " + password
                                  << std::string{"argument.greeting"};
        QTest::newRow("base64")
            << std::string{"greeting"}
            << QByteArray::fromStdString("a " + password).toBase64().toStdString()
            << std::string{"argument.greeting"};
    }
    void whatIsLeftOverIsTold() {
        QFETCH(std::string, argument);
        QFETCH(std::string, value);
        QFETCH(std::string, field);
        recordVault(folder_, "v.clew", 2, 5, {{argument, value}});
        std::filesystem::remove(path("r.clew"));
        const Redacted made = must(redactTo(path("v.clew"), path("r.clew")));
        QVERIFY(made.leftover.has_value());
        QCOMPARE(made.leftover->field, field);
        QVERIFY2(made.leftover->of.starts_with("vault::"), made.leftover->of.c_str());
        QCOMPARE(made.leftover->spelling == Spelling::kBase64,
                 value.find("hello") == value.npos && value != "true");
        if (argument == "loud") {
            const auto reader = must(TraceReader::open(path("v.clew")));
            recorder::History history{*reader};
            QCOMPARE(must(history.rowAt(made.leftover->position)).row.kind, EventKind::kLog);
        }
        QVERIFY(!std::filesystem::exists(path("r.clew")));
        QVERIFY(!std::filesystem::exists(path("r.clew.unfinished")));
        // An argument is given to the program as well, and it may keep it.
        const Redacted more =
            must(redactTo(path("v.clew"), path("r.clew"), {made.leftover->field, "Args.greeting"}));
        QVERIFY2(!more.leftover, more.leftover ? more.leftover->where.c_str() : "");
        verifies("r.clew");
    }

    void aLeftoverInAFieldIsTheFields() {
        recordVault(folder_, "v.clew", 2, 5,
                    {{"greeting", vault::passwordOf([](auto) { return 7; })}});
        const Redacted made = must(redactTo(path("v.clew"), path("r.clew"), {"argument.greeting"}));
        QVERIFY(made.leftover.has_value());
        QCOMPARE(made.leftover->field, std::string{"vault::Args.greeting"});
    }

    void eventsWithoutStatesToo() {
        recordVault(folder_, "v.clew", 2, 5, {}, tracefmt::Level::kEvents);
        const Redacted made = must(redactTo(path("v.clew"), path("r.clew")));
        QVERIFY(!made.leftover);
        verifies("r.clew");
        QVERIFY(told(path("r.clew")).find("pw-") == std::string::npos);
    }

    void inputsAreRefused() {
        recordVault(folder_, "v.clew", 2, 5, {}, tracefmt::Level::kInputs);
        const auto made = redactTo(path("v.clew"), path("r.clew"));
        QCOMPARE(made.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(made.status().message().find("materialise") != std::string_view::npos);
    }

    void aPartThatBeginsInTheMiddle() {
        recordVault(folder_, "v.clew", 4, 7);
        const auto whole = must(TraceReader::open(path("v.clew")));
        const auto middle = whole->snapshots()[whole->snapshots().size() / 2].position;
        must(tracefmt::cut(*whole, {middle.value + 10}, whole->lastPosition(),
                           must(tracefmt::createForWriting(path("c.clew")))));
        std::filesystem::remove(path("r.clew"));
        holds("c.clew", "r.clew", 100);
        QVERIFY(must(TraceReader::open(path("r.clew")))->base().value != 0);
    }

    void whatWasRecoveredFromBehindDamage() {
        recordVault(folder_, "v.clew", 4, 7, {{"visits", "150"}});
        std::string bytes = bytesOf(path("v.clew"));
        const auto whole = must(TraceReader::open(path("v.clew")));
        // Rows of a chunk in the middle.
        QVERIFY(whole->chunks().size() > 4);
        const auto& chunk = whole->chunks()[whole->chunks().size() / 2];
        bytes[chunk.offset + 100] = static_cast<char>(bytes[chunk.offset + 100] ^ 1);
        write(path("d.clew"), bytes);
        must(
            tracefmt::recoverFile(path("d.clew"), path("s.clew"), tracefmt::RecoverMode::kSalvage));
        QVERIFY(!must(TraceReader::open(path("s.clew")))->gaps().empty());
        holds("s.clew", "r.clew", 100);
    }

    void aFileThatWasCutGivesWhatItHas() {
        recordVault(folder_, "v.clew", 4, 7);
        const std::string bytes = bytesOf(path("v.clew"));
        write(path("d.clew"), bytes.substr(0, bytes.size() * 2 / 3));
        holds("d.clew", "r.clew", 50);
    }

    void noFlippedBitLeavesASecretOrHidesTheDamage() {
        recordVault(folder_, "v.clew", 5, 7, {{"visits", "12"}});
        const std::string bytes = bytesOf(path("v.clew"));
        QRandomGenerator random{31};
        int refused = 0;
        for (int i = 0; i < 150; ++i) {
            std::string flipped = bytes;
            const auto at =
                static_cast<std::size_t>(random.bounded(static_cast<int>(bytes.size())));
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << random.bounded(8)));
            write(path("f.clew"), flipped);
            std::filesystem::remove(path("r.clew"));
            const auto made = redactTo(path("f.clew"), path("r.clew"));
            if (!made.ok()) {
                ++refused;
                QVERIFY(!std::filesystem::exists(path("r.clew")));
                QVERIFY(!std::filesystem::exists(path("r.clew.unfinished")));
                continue;
            }
            QVERIFY(!made->leftover);
            verifies("r.clew");
        }
        QVERIFY2(refused > 50, std::to_string(refused).c_str());
    }

    void effectsThatWaitAreOfTheTypeTheyWereAskedWith() {
        TypeTable types;
        const TypeIndex login = value::TypeBuilder{types}.add<vault::Login>();
        const Bytes secret = value::encoded(vault::Login{"ann", "hunter22", 5});
        const auto made = [&](bool withRow) {
            tracefmt::TraceMeta meta;
            meta.batch = 1;
            meta.minViewMinor = tracefmt::kMidRunMinor;
            const std::filesystem::path file = path("e.clew");
            auto writer =
                must(tracefmt::TraceWriter::create(must(tracefmt::createForWriting(file)), meta));
            const std::vector<CellBirth> births{{{1}, kOutside, {77}, login, "one", {1}}};
            EventRow spawn, effect;
            spawn.seq = {1};
            spawn.kind = EventKind::kSpawn;
            spawn.cell = {1};
            spawn.type = login;
            spawn.payload = secret;
            effect = spawn;
            effect.seq = {2};
            effect.kind = EventKind::kEffect;
            effect.arg = 1;
            WorldImage image;
            image.position = {2};
            image.births = 1;
            CellImage cell;
            cell.rank = {1};
            cell.state = secret;
            cell.care.edit().effects.push_back({"door", "", secret, 1, Duration{0}, {2}, 0});
            cell.care.edit().effectsMade = 1;
            image.cells.push_back(cell);
            const std::vector<CellBirth> all{{}, births[0]};
            image.stateDigest = stateDigestOf(image, all);
            const auto good = [](const absl::Status& status) {
                if (!status.ok()) qFatal("%s", status.ToString().c_str());
            };
            if (withRow) {
                good(writer->addTypes(types.all().subspan(1)));
                good(writer->addBirths(births));
                good(writer->addEvents(std::vector<EventRow>{spawn, effect}));
                image.eventDigest = writer->digest().events();
                good(writer->addSnapshot(image));
            } else {
                good(writer->beginAt(types.all().subspan(1), births, image,
                                     tracefmt::GapCause::kRetention, ""));
            }
            good(writer->finish({}));
            if (must(redactTo(file, path("r.clew"))).leftover) qFatal("something is left over");
            const auto reader = must(TraceReader::open(path("r.clew")));
            return must(reader->snapshot(0)).cells[0].care->effects.at(0).payload;
        };
        const auto request = value::decoded<vault::Login>(made(true));
        QVERIFY(request.has_value());
        QCOMPARE(request->user, std::string{"ann"});
        QVERIFY(request->password.starts_with(kStandInMark));
        // Of which type it is stands in a row that is not there.
        QVERIFY(made(false).empty());
    }

    void withoutSecretsThereIsNothingToDo() {
        recordVault(folder_, "v.clew", 1);
        const auto marked = must(TraceReader::open(path("v.clew")));
        std::vector<TypeDesc> types(marked->types().all().begin() + 1, marked->types().all().end());
        for (TypeDesc& type : types)
            for (FieldDesc& field : type.fields) field.secret = false;
        auto writer = must(tracefmt::TraceWriter::create(
            must(tracefmt::createForWriting(path("n.clew"))), marked->meta()));
        QVERIFY(writer->addTypes(types).ok());
        QVERIFY(writer->finish({}).ok());
        const auto made = redactTo(path("n.clew"), path("r.clew"));
        QCOMPARE(made.status().code(), absl::StatusCode::kFailedPrecondition);
        QVERIFY(made.status().message().find("--field") != std::string_view::npos);
        QVERIFY(redactTo(path("n.clew"), path("r.clew"), {"Login.password"}).ok());
    }

    void badOutputsAreRefused() {
        recordVault(folder_, "v.clew", 1, 1000, {{"visits", "3"}});
        write(path("diary.txt"), "Dear diary");
        const std::string before = bytesOf(path("v.clew"));
        const auto code = [&](const std::string& to, std::vector<std::string> fields = {}) {
            return redactTo(path("v.clew"), path(to), std::move(fields)).status().code();
        };
        QCOMPARE(code("v.clew"), absl::StatusCode::kInvalidArgument);
        QCOMPARE(code("diary.txt"), absl::StatusCode::kAlreadyExists);
        QCOMPARE(code("no/where.clew"), absl::StatusCode::kNotFound);
        QCOMPARE(code("."), absl::StatusCode::kInvalidArgument);
        QCOMPARE(code("x.clew", {"Logn.password"}), absl::StatusCode::kInvalidArgument);
        QVERIFY(bytesOf(path("v.clew")) == before);
        QCOMPARE(bytesOf(path("diary.txt")), std::string{"Dear diary"});
        QVERIFY(!std::filesystem::exists(path("x.clew")));
        {
            const auto recording = must(tracefmt::createForWriting(path("busy.clew")));
            QCOMPARE(code("busy.clew"), absl::StatusCode::kAlreadyExists);
        }
        QVERIFY(redactTo(path("v.clew"), path("busy.clew")).ok());
    }
};

QTEST_GUILESS_MAIN(TestRedact)
#include "tst_redact.moc"
